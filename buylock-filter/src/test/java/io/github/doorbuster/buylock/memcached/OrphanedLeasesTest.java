package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OrphanedLeasesTest {

    private static final Lease LEASE = new Lease("buy/42", "mine", Duration.ofSeconds(30));

    private final List<Lease> attempts = new ArrayList<>();
    private boolean up = true;
    private CompletableFuture<Boolean> result = CompletableFuture.completedFuture(false);
    private long now;

    private final OrphanedLeases orphans = new OrphanedLeases(
            key -> up,
            lease -> {
                attempts.add(lease);
                return result;
            },
            () -> now);

    @Test
    void aLeaseThatIsFoundIsReleasedOnce() {
        result = CompletableFuture.completedFuture(true);
        orphans.add(LEASE);
        orphans.releaseDue();
        orphans.releaseDue();

        assertThat(attempts).containsExactly(LEASE);
        assertThat(orphans.released()).isEqualTo(1);
    }

    @Test
    void aLeaseThatIsNotFoundIsTriedOnceMoreASecondLater() {
        orphans.add(LEASE);
        orphans.releaseDue();
        orphans.releaseDue();
        assertThat(attempts).hasSize(1);

        now += TimeUnit.SECONDS.toNanos(1);
        orphans.releaseDue();
        now += TimeUnit.SECONDS.toNanos(1);
        orphans.releaseDue();
        assertThat(attempts).hasSize(2);
    }

    @Test
    void aLeaseWaitsUntilItsServerIsUp() {
        up = false;
        orphans.add(LEASE);
        for (int i = 0; i < 100; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            orphans.releaseDue();
        }
        assertThat(attempts).isEmpty();

        up = true;
        orphans.releaseDue();
        assertThat(attempts).hasSize(1);
    }

    @Test
    void aReleaseWithoutAReplyIsRepeated() {
        result = CompletableFuture.failedFuture(new IllegalStateException("down"));
        orphans.add(LEASE);
        orphans.releaseDue();
        orphans.releaseDue();

        assertThat(attempts).hasSize(2);
    }

    @Test
    void leasesBeyondTheLimitAreDroppedAndCounted() {
        up = false;
        for (int i = 0; i < OrphanedLeases.MAX_TRACKED + 3; i++) {
            orphans.add(LEASE);
        }

        assertThat(orphans.dropped()).isEqualTo(3);
    }
}
