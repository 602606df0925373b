package io.github.doorbuster.httpstats;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the slowest requests.
 *
 * @param path the path without its query, at most 200 characters
 * @param method the method, or {@code _OTHER}
 * @param status the status
 * @param nanos the response time
 * @param endedAt when the request ended
 * @param traceId the trace id of the {@code traceparent} header, or null
 */
public record SlowRequest(
        String path,
        String method,
        int status,
        long nanos,
        Instant endedAt,
        @Nullable String traceId) {

    private static final int MAX_LENGTH = 200;
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.{0,100}");

    static SlowRequest of(
            String path, String method, int status, long nanos, Instant endedAt, @Nullable String traceparent) {
        int query = path.indexOf('?');
        String bare = query < 0 ? path : path.substring(0, query);
        Matcher matcher = traceparent == null ? null : TRACEPARENT.matcher(traceparent);
        return new SlowRequest(
                bare.length() > MAX_LENGTH ? bare.substring(0, MAX_LENGTH) : bare,
                method,
                status,
                nanos,
                endedAt,
                matcher != null && matcher.matches() ? matcher.group(1) : null);
    }
}
