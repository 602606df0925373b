package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Reads counts of buckets that are kept. */
final class SeriesReader {

    /** The most counts of an answer: the database looks each of them up. */
    static final int MAX_COUNTS = 10_000;

    private static final int HOURS_PER_DAY = 24;

    private final CountsReader reader;
    private final Buckets buckets;
    private final BucketDays kept;
    private final Clock clock;

    SeriesReader(CountsReader reader, Buckets buckets, BucketDays kept, Clock clock) {
        this.reader = reader;
        this.buckets = buckets;
        this.kept = kept;
        this.clock = clock;
    }

    CountsInTime series(Collection<String> ids, Width width, int count) throws StoreException {
        requireCounted(width);
        int days = kept.of(width);
        int most = width == Width.DAY ? days : HOURS_PER_DAY * days;
        Settings.requireRange(
                "count", count, 1, most, "bucket=%s is kept for %d days (bucketDays)".formatted(width, days));
        requireSize(ids, count);
        return reader.series(ids, buckets.last(width, count, clock.instant()), buckets.zone());
    }

    CountsInTime since(Collection<String> ids, Width width, Duration time) throws StoreException {
        requireCounted(width);
        int days = kept.of(width);
        if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofDays(days)) > 0) {
            throw new IllegalArgumentException(
                    "since=%dh: must be 1 to %dh, because the counts of a %s are kept for %d days (bucketDays)"
                            .formatted(time.toHours(), HOURS_PER_DAY * days, width, days));
        }
        Instant now = clock.instant();
        requireSize(ids, (int) (time.toHours() / (width == Width.DAY ? HOURS_PER_DAY : 1)) + 1);
        List<Bucket> wanted = buckets.between(width.at(now.minus(time), buckets.zone()), now);
        return reader.series(ids, wanted, buckets.zone());
    }

    private void requireCounted(Width width) {
        if (!buckets.widths().contains(width)) {
            throw new IllegalArgumentException(
                    "views are not counted by the %s; set buckets=%s".formatted(width, width));
        }
    }

    private static void requireSize(Collection<String> ids, int size) {
        if ((long) ids.size() * size > MAX_COUNTS) {
            throw new IllegalArgumentException("%d ids in %d buckets: must be at most %d counts; send several requests"
                    .formatted(ids.size(), size, MAX_COUNTS));
        }
    }
}
