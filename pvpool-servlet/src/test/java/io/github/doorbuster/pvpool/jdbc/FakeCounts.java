package io.github.doorbuster.pvpool.jdbc;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a transaction on a {@link FakeDatabase} adds to the counts. */
final class FakeCounts {

    private static final Pattern BUCKET =
            Pattern.compile("INSERT INTO (item_pv_\\w+) \\(bucket_start, item_id, pv\\) VALUES \\('([^']+)'");

    /** The id and the count of a row. */
    private static final Pattern ROW = Pattern.compile("(?:'([^']*)'|\\?), (-?\\d+)\\)");

    private final Map<String, Long> totals = new HashMap<>();
    private final Map<String, Map<String, Long>> buckets = new HashMap<>();

    /** Executes an upsert. Returns false if the statement is another one. */
    boolean add(String sql, Map<Integer, Object> p) {
        Matcher bucket = BUCKET.matcher(sql);
        if (bucket.lookingAt()) {
            add(buckets.computeIfAbsent(bucket.group(1) + " " + bucket.group(2), first -> new HashMap<>()), sql, p);
        } else if (sql.startsWith("INSERT INTO item_pv (")) {
            add(totals, sql, p);
        } else {
            return false;
        }
        return true;
    }

    private static void add(Map<String, Long> counts, String sql, Map<Integer, Object> p) {
        int parameter = 1;
        for (Matcher row = ROW.matcher(sql); row.find(); ) {
            String id = row.group(1) == null ? (String) p.get(parameter++) : row.group(1);
            counts.merge(id, Long.valueOf(row.group(2)), Long::sum);
        }
    }

    void commit(FakeDatabase database) {
        totals.forEach((id, views) -> database.counts.merge(id, views, Long::sum));
        buckets.forEach((bucket, counts) -> counts.forEach((id, views) -> database.buckets
                .computeIfAbsent(bucket, first -> new TreeMap<>())
                .merge(id, views, Long::sum)));
    }

    void clear() {
        totals.clear();
        buckets.clear();
    }
}
