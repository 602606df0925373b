package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RotatingHistogramTest {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final RotatingHistogram times = new RotatingHistogram(0);

    @Test
    void withoutRecordsEveryValueIsNull() {
        assertThat(times.summary(0)).isEqualTo(BuyLockSnapshot.Times.NONE);
    }

    @Test
    void percentilesAreInSeconds() {
        for (int i = 1; i <= 100; i++) {
            times.record(0, TimeUnit.MILLISECONDS.toNanos(i));
        }

        BuyLockSnapshot.Times summary = times.summary(0);
        assertThat(summary.count()).isEqualTo(100);
        assertThat(summary.p50()).isCloseTo(0.050, within(0.001));
        assertThat(summary.p99()).isCloseTo(0.099, within(0.002));
        assertThat(summary.max()).isCloseTo(0.100, within(0.002));
    }

    @Test
    void recordsAreDiscardedAfterTwoMinutes() {
        times.record(0, 1_000_000);
        assertThat(times.summary(MINUTE + 1).count()).isEqualTo(1);
        assertThat(times.summary(2 * MINUTE + 2).count()).isZero();
    }

    @Test
    void oldRecordsAreDiscardedAfterALongIdleTime() {
        times.record(0, TimeUnit.SECONDS.toNanos(9));
        times.record(90 * MINUTE, TimeUnit.SECONDS.toNanos(1));

        assertThat(times.summary(90 * MINUTE).count()).isEqualTo(1);
        assertThat(times.summary(90 * MINUTE).max()).isCloseTo(1, within(0.01));
    }

    @Test
    void durationsOutOfRangeAreClamped() {
        times.record(0, Long.MAX_VALUE);
        times.record(0, -1);

        assertThat(times.summary(0).count()).isEqualTo(2);
    }
}
