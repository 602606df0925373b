package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.Bucket;
import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.CountsInTime;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.StoreException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters {@code since=24h}, or {@code bucket=day&count=7}, and their answers. */
record TimeQuery(Width width, @Nullable Duration since, int count) {

    private static final Pattern SINCE = Pattern.compile("([1-9][0-9]{0,5})([hd])");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");

    /** The query of a request; null if it asks for the total. */
    static @Nullable TimeQuery of(HttpServletRequest request) throws HttpException {
        String since = request.getParameter("since");
        String bucket = request.getParameter("bucket");
        String count = request.getParameter("count");
        if (since != null) {
            if (bucket != null || count != null) {
                throw HttpException.badRequest("since: must not be combined with bucket and count");
            }
            return since(since);
        }
        if (bucket == null && count == null) {
            return null;
        }
        if (bucket == null || count == null) {
            throw HttpException.badRequest("bucket and count belong together; send bucket=day&count=7");
        }
        return new TimeQuery(width(bucket), null, count(count));
    }

    private static TimeQuery since(String text) throws HttpException {
        Matcher time = SINCE.matcher(text);
        if (!time.matches()) {
            throw HttpException.badRequest(
                    "since=%s: must be a number of hours or days, such as 24h or 7d".formatted(Excerpt.of(text)));
        }
        long number = Long.parseLong(time.group(1));
        return time.group(2).equals("h")
                ? new TimeQuery(Width.HOUR, Duration.ofHours(number), 0)
                : new TimeQuery(Width.DAY, Duration.ofDays(number), 0);
    }

    private static Width width(String text) throws HttpException {
        for (Width width : Width.values()) {
            if (width.toString().equals(text)) {
                return width;
            }
        }
        throw HttpException.badRequest("bucket=%s: must be hour or day".formatted(Excerpt.of(text)));
    }

    private static int count(String text) throws HttpException {
        if (!COUNT.matcher(text).matches()) {
            throw HttpException.badRequest(
                    "count=%s: must be a number of buckets, 1 or more".formatted(Excerpt.of(text)));
        }
        return Integer.parseInt(text);
    }

    /** Asks the pool. Bad parameters are answered with 400. */
    Map<String, Object> ask(PvPool pool, Collection<String> ids) throws HttpException, StoreException {
        try {
            return since == null
                    ? series(pool.series(ids, width, count), ids)
                    : sums(pool.since(ids, width, since), ids);
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Object> sums(CountsInTime counts, Collection<String> ids) {
        Map<String, Long> sums = new LinkedHashMap<>();
        ids.forEach(id -> sums.put(id, counts.sum(id)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("from", counts.buckets().get(0).start().toString());
        answer.put("pvc", sums);
        return answer;
    }

    private Map<String, Object> series(CountsInTime counts, Collection<String> ids) {
        Map<String, List<Long>> series = new LinkedHashMap<>();
        ids.forEach(id -> series.put(id, counts.counts().get(id)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("bucket", width.toString());
        answer.put(
                "starts",
                counts.buckets().stream()
                        .map(Bucket::start)
                        .map(Object::toString)
                        .toList());
        answer.put("pvc", series);
        return answer;
    }
}
