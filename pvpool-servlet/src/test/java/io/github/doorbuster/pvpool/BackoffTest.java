package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final FakeClock clock = new FakeClock();
    private double random = 1;
    private final Backoff backoff = new Backoff(100, 1000, clock::nanoTime, () -> random);

    private boolean isActiveAfter(long millis) {
        clock.advance(Duration.ofMillis(millis));
        return backoff.isActive();
    }

    @Test
    void isInactiveBeforeTheFirstFailure() {
        assertThat(backoff.isActive()).isFalse();
    }

    @Test
    void doublesUpToTheLimit() {
        backoff.start(1);
        assertThat(isActiveAfter(99)).isTrue();
        assertThat(isActiveAfter(1)).isFalse();
        backoff.start(3);
        assertThat(isActiveAfter(399)).isTrue();
        assertThat(isActiveAfter(1)).isFalse();
        backoff.start(1000);
        assertThat(isActiveAfter(999)).isTrue();
        assertThat(isActiveAfter(1)).isFalse();
    }

    @Test
    void randomPartIsHalf() {
        random = 0;
        backoff.start(1);
        assertThat(isActiveAfter(49)).isTrue();
        assertThat(isActiveAfter(1)).isFalse();
    }

    @Test
    void successEndsThePause() {
        backoff.start(5);
        backoff.reset();
        assertThat(backoff.isActive()).isFalse();
    }
}
