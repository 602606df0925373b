package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LateReleasesTest {

    private static final Lease LEASE = new Lease("buy/42", "mine", Duration.ofSeconds(30));

    private final List<Lease> looked = new ArrayList<>();
    private boolean up = true;
    private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(false);
    private long now;

    private final LateReleases lateReleases = new LateReleases(
            key -> up,
            lease -> {
                looked.add(lease);
                return answer;
            },
            () -> now);

    @Test
    void aLeaseThatIsFoundIsFreedOnce() {
        answer = CompletableFuture.completedFuture(true);
        lateReleases.add(LEASE);
        lateReleases.look();
        lateReleases.look();

        assertThat(looked).containsExactly(LEASE);
        assertThat(lateReleases.released()).isEqualTo(1);
    }

    @Test
    void aLeaseThatIsNotFoundIsLookedForOnceMoreASecondLater() {
        lateReleases.add(LEASE);
        lateReleases.look();
        lateReleases.look();
        assertThat(looked).hasSize(1);

        now += TimeUnit.SECONDS.toNanos(1);
        lateReleases.look();
        now += TimeUnit.SECONDS.toNanos(1);
        lateReleases.look();
        assertThat(looked).hasSize(2);
    }

    @Test
    void whileItsServerIsDownALeaseIsKeptInMind() {
        up = false;
        lateReleases.add(LEASE);
        for (int i = 0; i < 100; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            lateReleases.look();
        }
        assertThat(looked).isEmpty();

        up = true;
        lateReleases.look();
        assertThat(looked).hasSize(1);
    }

    @Test
    void aLookWithoutAnAnswerIsRepeated() {
        answer = CompletableFuture.failedFuture(new IllegalStateException("down"));
        lateReleases.add(LEASE);
        lateReleases.look();
        lateReleases.look();

        assertThat(looked).hasSize(2);
    }

    @Test
    void whatIsTooMuchIsLeftToRunOutAndCounted() {
        up = false;
        for (int i = 0; i < LateReleases.MAX + 3; i++) {
            lateReleases.add(LEASE);
        }

        assertThat(lateReleases.leftToRunOut()).isEqualTo(3);
    }
}
