package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private double random = 1;
    private final Backoff backoff = new Backoff(100, 1000, nanos::get, () -> random);

    private boolean onAfter(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        return backoff.isActive();
    }

    @Test
    void nothingPausesBeforeTheFirstFailure() {
        assertThat(backoff.isActive()).isFalse();
    }

    @Test
    void thePauseDoublesWithEachFailureUpToTheLongest() {
        backoff.start(1);
        assertThat(onAfter(99)).isTrue();
        assertThat(onAfter(1)).isFalse();
        backoff.start(3);
        assertThat(onAfter(399)).isTrue();
        assertThat(onAfter(1)).isFalse();
        backoff.start(1000);
        assertThat(onAfter(999)).isTrue();
        assertThat(onAfter(1)).isFalse();
    }

    @Test
    void chanceShortensAPauseToHalfAtMost() {
        random = 0;
        backoff.start(1);
        assertThat(onAfter(49)).isTrue();
        assertThat(onAfter(1)).isFalse();
    }

    @Test
    void successEndsThePause() {
        backoff.start(5);
        backoff.reset();
        assertThat(backoff.isActive()).isFalse();
    }
}
