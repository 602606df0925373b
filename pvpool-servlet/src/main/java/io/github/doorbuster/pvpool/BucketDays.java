package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many days the rows of buckets are kept. */
record BucketDays(int hours, int days) {

    static final String DEFAULT = "35,400";

    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,5})(?:,([0-9]{1,5}))?");
    private static final int LEAST = 2;
    private static final int MOST = 36_500;

    /** Parses two numbers, for hours and for days, or one for both. */
    static BucketDays of(String text) {
        Matcher numbers = FORMAT.matcher(text.replace(" ", ""));
        if (!numbers.matches()) {
            throw new IllegalArgumentException(
                    "bucketDays=%s: must be the days that hours are kept and those that days are kept, such as %s"
                            .formatted(text, DEFAULT));
        }
        int hours = Integer.parseInt(numbers.group(1));
        int days = numbers.group(2) == null ? hours : Integer.parseInt(numbers.group(2));
        Settings.requireRange("bucketDays", Math.min(hours, days), LEAST, MOST, "the last 24 hours touch two days");
        Settings.requireRange("bucketDays", Math.max(hours, days), LEAST, MOST, "the last 24 hours touch two days");
        return new BucketDays(hours, days);
    }

    int of(Width width) {
        return width == Width.HOUR ? hours : days;
    }
}
