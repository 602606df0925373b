package io.github.doorbuster.httpstats;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@value HttpStats#QUEUE_TIME_HEADER}, the time at which a proxy received the request. */
final class QueueTimeHeader {

    /** {@code t=} is optional; seconds with decimals (nginx), milliseconds (Heroku) or microseconds (Apache). */
    private static final Pattern UNIX_TIME = Pattern.compile("(?:t=)?(\\d{10})\\.?(\\d{0,6})");

    private static final int MAX_LENGTH = 32;
    private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);

    /** How far the clock of the proxy may be ahead of ours. */
    private static final long MAX_SKEW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private QueueTimeHeader() {}

    /** {@return the time since the header's, 0 if it is slightly ahead, or empty if the header is not plausible} */
    static OptionalLong nanosSince(@Nullable String header, long nowMillis) {
        if (header == null || header.length() > MAX_LENGTH) {
            return OptionalLong.empty();
        }
        Matcher matcher = UNIX_TIME.matcher(header);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long micros = Long.parseLong(matcher.group(1) + (matcher.group(2) + "000000").substring(0, 6));
        long nanos = TimeUnit.MILLISECONDS.toNanos(nowMillis) - TimeUnit.MICROSECONDS.toNanos(micros);
        return nanos < -MAX_SKEW_NANOS || nanos > MAX_NANOS
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, nanos));
    }
}
