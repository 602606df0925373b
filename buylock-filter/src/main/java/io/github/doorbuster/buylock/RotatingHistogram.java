package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * The durations of the last one to two minutes: two histograms, in microseconds with two significant digits. Once a
 * minute the older one is discarded.
 */
final class RotatingHistogram {

    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long HIGHEST_MICROS = TimeUnit.HOURS.toMicros(1);

    private volatile Histogram current = newHistogram();
    private volatile Histogram previous = newHistogram();
    private volatile long rotateAt;

    RotatingHistogram(long now) {
        rotateAt = now + INTERVAL_NANOS;
    }

    void record(long now, long nanos) {
        rotateIfDue(now);
        current.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    BuyLockSnapshot.Times summary(long now) {
        rotateIfDue(now);
        Histogram sum = new Histogram(HIGHEST_MICROS, 2);
        sum.add(previous);
        sum.add(current);
        return sum.getTotalCount() == 0
                ? BuyLockSnapshot.Times.NONE
                : new BuyLockSnapshot.Times(
                        sum.getTotalCount(),
                        percentile(sum, 50),
                        percentile(sum, 90),
                        percentile(sum, 99),
                        seconds(sum.getMaxValue()));
    }

    private void rotateIfDue(long now) {
        if (now - rotateAt < 0) {
            return;
        }
        synchronized (this) {
            if (now - rotateAt >= 0) {
                previous = now - rotateAt < INTERVAL_NANOS ? current : newHistogram();
                current = newHistogram();
                rotateAt = now + INTERVAL_NANOS;
            }
        }
    }

    private static Histogram newHistogram() {
        return new AtomicHistogram(HIGHEST_MICROS, 2);
    }

    private static double percentile(Histogram histogram, double percentile) {
        return seconds(histogram.getValueAtPercentile(percentile));
    }

    private static double seconds(long micros) {
        return micros / 1e6;
    }
}
