package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Durations of the last one to two minutes, in microseconds at two digits. */
final class RecentTimes {

    private static final long SPAN = TimeUnit.MINUTES.toNanos(1);
    private static final long HIGHEST_MICROS = TimeUnit.HOURS.toMicros(1);

    private volatile Histogram current = newHistogram();
    private volatile Histogram previous = newHistogram();
    private volatile long turnsAt;

    RecentTimes(long now) {
        turnsAt = now + SPAN;
    }

    void record(long now, long nanos) {
        turn(now);
        current.recordValue(Math.min(HIGHEST_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    BuyLockSnapshot.Times summary(long now) {
        turn(now);
        Histogram sum = new Histogram(HIGHEST_MICROS, 2);
        sum.add(previous);
        sum.add(current);
        return sum.getTotalCount() == 0
                ? BuyLockSnapshot.Times.NONE
                : new BuyLockSnapshot.Times(
                        sum.getTotalCount(), at(sum, 50), at(sum, 90), at(sum, 99), seconds(sum.getMaxValue()));
    }

    private void turn(long now) {
        if (now - turnsAt < 0) {
            return;
        }
        synchronized (this) {
            if (now - turnsAt >= 0) {
                previous = now - turnsAt < SPAN ? current : newHistogram();
                current = newHistogram();
                turnsAt = now + SPAN;
            }
        }
    }

    private static Histogram newHistogram() {
        return new ConcurrentHistogram(HIGHEST_MICROS, 2);
    }

    private static double at(Histogram histogram, double percentile) {
        return seconds(histogram.getValueAtPercentile(percentile));
    }

    private static double seconds(long micros) {
        return micros / 1e6;
    }
}
