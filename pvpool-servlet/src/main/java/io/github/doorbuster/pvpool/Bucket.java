package io.github.doorbuster.pvpool;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * An hour or a day in which views are accepted.
 *
 * @param width whether it is an hour or a day
 * @param start when it begins
 */
public record Bucket(Width width, Instant start) {

    /** The width of a bucket. */
    public enum Width {
        /** An hour of the local time of a zone. */
        HOUR(Duration.ofHours(1)),
        /** A calendar day of a zone, which may have 23 or 25 hours. */
        DAY(Duration.ofDays(1));

        private final Duration usualLength;

        Width(Duration usualLength) {
            this.usualLength = usualLength;
        }

        /** The length of most buckets of this width. */
        Duration usualLength() {
            return usualLength;
        }

        /** {@return the bucket that a time belongs to} */
        Bucket at(Instant time, ZoneId zone) {
            ZonedDateTime local = time.atZone(zone);
            ZonedDateTime start =
                    this == DAY ? local.toLocalDate().atStartOfDay(zone) : local.truncatedTo(ChronoUnit.HOURS);
            return new Bucket(this, start.toInstant());
        }

        /** {@return the bucket before another one} */
        Bucket before(Bucket bucket, ZoneId zone) {
            return at(bucket.start.minusMillis(1), zone);
        }

        /** {@return the width as in the configuration and in the names of tables: {@code hour} or {@code day}} */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
