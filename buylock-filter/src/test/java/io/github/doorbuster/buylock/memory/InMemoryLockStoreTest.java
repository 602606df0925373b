package io.github.doorbuster.buylock.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.LockStoreContract;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InMemoryLockStoreTest extends LockStoreContract {

    private static final Lease MINE = new Lease("buy/42", "mine", Duration.ofSeconds(3));
    private static final Lease THEIRS = new Lease("buy/42", "theirs", Duration.ofSeconds(3));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7);
    private final InMemoryLockStore store = new InMemoryLockStore(now::get);

    @Override
    protected LockStore store() {
        return store;
    }

    @Test
    void aLeaseExpires() throws Exception {
        get(store.acquire(MINE));
        now.addAndGet(TimeUnit.SECONDS.toNanos(3) - 1);
        assertThat(get(store.acquire(THEIRS))).isFalse();

        now.addAndGet(1);
        assertThat(get(store.replace(MINE, MINE))).isFalse();
        assertThat(get(store.acquire(THEIRS))).isTrue();
        assertThat(get(store.release(MINE))).isFalse();
    }

    @Test
    void aRenewalRestartsTheDuration() throws Exception {
        get(store.acquire(MINE));
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        get(store.replace(MINE, MINE));
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));

        assertThat(get(store.acquire(THEIRS))).isFalse();
    }

    @Test
    void aMarkEnds() throws Exception {
        get(store.mark("buy/42", "closed:1", Duration.ofSeconds(3)));
        now.addAndGet(TimeUnit.SECONDS.toNanos(3) - 1);
        assertThat(get(store.marks(List.of("buy/42")))).hasSize(1);

        now.addAndGet(1);
        assertThat(get(store.marks(List.of("buy/42")))).isEmpty();
    }
}
