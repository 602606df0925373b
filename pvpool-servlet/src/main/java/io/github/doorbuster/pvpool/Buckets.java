package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * In which buckets of time a pool counts views, beside their total. Immutable.
 *
 * @param widths the widths of the buckets; empty if there are none
 * @param zone the time zone of the hours and days
 */
public record Buckets(Set<Width> widths, ZoneId zone) {

    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** Without buckets. */
    public static final Buckets NONE = new Buckets(Set.of(), ZoneId.of("UTC"));

    /** Copies the set. */
    public Buckets {
        widths = Set.copyOf(widths);
    }

    static Buckets of(String widths, String zone) {
        Set<Width> parsed = EnumSet.noneOf(Width.class);
        for (String text : widths.isBlank() ? new String[0] : widths.split(",", -1)) {
            parsed.add(width(widths, text.strip()));
        }
        try {
            return new Buckets(parsed, ZoneId.of(zone));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("bucketZone=%s: must be a time zone, such as UTC or Asia/Tokyo; %s"
                    .formatted(zone, e.getMessage()));
        }
    }

    private static Width width(String all, String text) {
        for (Width width : Width.values()) {
            if (width.toString().equals(text)) {
                return width;
            }
        }
        throw new IllegalArgumentException(
                "buckets=%s: must be hour, day, or both, separated by a comma".formatted(all));
    }

    /** {@return whether there are no buckets} */
    public boolean isNone() {
        return widths.isEmpty();
    }

    /** {@return the oldest bucket that is kept for so many days} */
    public Bucket oldest(Width width, Instant now, int days) {
        return width.at(now.minus(Duration.ofDays(days)), zone);
    }

    /**
     * {@return how many buckets there are before one, from the one of an earlier time on} A bucket of an unusual length
     * counts as one, unless the offset of the zone has changed by more than half a bucket since then.
     */
    public long countBefore(Bucket bucket, Instant earlier) {
        Width width = bucket.width();
        Duration between = Duration.between(width.at(earlier, zone).start(), bucket.start());
        return Math.max(
                0, Math.round((double) between.toSeconds() / width.usualLength().toSeconds()));
    }

    /** The buckets from one to the one of a time, in their order. */
    List<Bucket> between(Bucket first, Instant now) {
        List<Bucket> all = new ArrayList<>();
        for (Bucket each = first.width().at(now, zone);
                !each.start().isBefore(first.start());
                each = each.width().before(each, zone)) {
            all.add(each);
        }
        Collections.reverse(all);
        return all;
    }

    /** The last buckets up to the one of a time, in their order. */
    List<Bucket> last(Width width, int count, Instant now) {
        List<Bucket> all = new ArrayList<>();
        Bucket each = width.at(now, zone);
        while (all.size() < count) {
            all.add(each);
            each = width.before(each, zone);
        }
        Collections.reverse(all);
        return all;
    }

    /** {@return the buckets that a time belongs to, in epoch milliseconds; the hour first} */
    public List<Bucket> at(long millis) {
        if (isNone()) {
            return List.of();
        }
        List<Bucket> all = new ArrayList<>();
        for (Width width : Width.values()) {
            if (widths.contains(width)) {
                all.add(width.at(Instant.ofEpochMilli(millis), zone));
            }
        }
        return all;
    }

    /**
     * {@return the start of the shortest bucket that a time belongs to, in epoch milliseconds; 0 without buckets} Views
     * with the same start belong to the same buckets.
     */
    public long startOf(long millis) {
        return isNone() ? 0 : at(millis).get(0).start().toEpochMilli();
    }

    /**
     * A time around another one in which the shortest bucket is the same: an hour of the zone, or what is left of it.
     */
    Span spanAt(long millis) {
        Instant time = Instant.ofEpochMilli(millis);
        ZoneRules rules = zone.getRules();
        long offset = TimeUnit.SECONDS.toMillis(rules.getOffset(time).getTotalSeconds());
        long from = Math.floorDiv(millis + offset, HOUR_MILLIS) * HOUR_MILLIS - offset;
        long until = from + HOUR_MILLIS;
        ZoneOffsetTransition last = rules.previousTransition(time.plusNanos(1));
        ZoneOffsetTransition next = rules.nextTransition(time);
        return new Span(
                last == null ? from : Math.max(from, last.getInstant().toEpochMilli()),
                next == null ? until : Math.min(until, next.getInstant().toEpochMilli()),
                startOf(millis));
    }

    /** Times in epoch milliseconds, from one to the one before another, that belong to the same buckets. */
    record Span(long from, long until, long bucketStart) {

        boolean contains(long millis) {
            return from <= millis && millis < until;
        }
    }

    /** Not that of a record, with which the JDK keeps the class loader of the application. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Buckets same && same.widths.equals(widths) && same.zone.equals(zone);
    }

    @Override
    public int hashCode() {
        return Objects.hash(widths, zone);
    }
}
