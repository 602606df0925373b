package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Purchases that block their thread. */
class BlockingRequestTest {

    private final ScriptedStore store = new ScriptedStore();
    private final BuyLock lock = new BuyLock(
            BuyLockConfig.builder().build(), store, new FakeClock().scheduler(), Runnable::run, null, Turn::new);

    @Test
    void aBlockedThreadGetsItsGrant() throws Exception {
        Grant grant = lock.acquire("1", Duration.ofSeconds(1));
        assertThat(grant.leaseHolds()).isTrue();
        grant.close();

        assertThat(lock.<Integer>call("1", () -> 42)).isEqualTo(42);
        assertThat(store.owners).isEmpty();
    }

    @Test
    void aBlockedThreadGivesUpInTimeAndLeavesTheLine() {
        lock.tryAcquire("1");

        assertThatThrownBy(() -> lock.acquire("1", Duration.ofMillis(10)))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectedException.Reason.LOCKED));
        assertThat(lock.snapshot().waiting()).isZero();
        assertThat(lock.snapshot().cancelled()).isEqualTo(1);
    }

    @Test
    void anInterruptedThreadLeavesTheLine() {
        lock.tryAcquire("1");
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> lock.call("1", () -> 1)).isInstanceOf(InterruptedException.class);
        assertThat(lock.snapshot().waiting()).isZero();
        assertThat(lock.snapshot().cancelled()).isEqualTo(1);
    }

    @Test
    void aPurchaseThatThrowsEndsItsGrant() {
        assertThatThrownBy(() -> lock.call("1", () -> {
                    throw new IllegalStateException("no money");
                }))
                .hasMessage("no money");
        assertThat(store.owners).isEmpty();
    }
}
