package io.github.doorbuster.httpstats;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When a proxy took the request, as the {@code X-Request-Start} header says. */
final class RequestStart {

    /** {@code t=} is optional; seconds with decimals (nginx), milliseconds (Heroku) or microseconds (Apache). */
    private static final Pattern FORM = Pattern.compile("(?:t=)?(\\d{10})\\.?(\\d{0,6})");

    private static final int MAX_LENGTH = 32;
    private static final long MOST_NANOS = TimeUnit.HOURS.toNanos(1);

    private RequestStart() {}

    /** Empty for what is no time, and for times no request waits: the clocks of two machines differ. */
    static OptionalLong queuedNanos(@Nullable String header, long nowMillis) {
        if (header == null || header.length() > MAX_LENGTH) {
            return OptionalLong.empty();
        }
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long micros = Long.parseLong(matcher.group(1) + (matcher.group(2) + "000000").substring(0, 6));
        long nanos = TimeUnit.MILLISECONDS.toNanos(nowMillis) - TimeUnit.MICROSECONDS.toNanos(micros);
        return nanos < -TimeUnit.SECONDS.toNanos(1) || nanos > MOST_NANOS
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, nanos));
    }
}
