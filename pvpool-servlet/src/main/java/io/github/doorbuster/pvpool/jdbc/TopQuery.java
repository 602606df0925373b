package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.StoredTop;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the items with the most views in some hours, exactly: the threshold algorithm of Fagin, Lotem and Naor,
 * "Optimal Aggregation Algorithms for Middleware" (PODS 2001).
 *
 * <p>Each hour is a list that an index sorts by heat, a class of views: the logarithm of the views. The lists are read
 * from their hot ends, to the same depth. An item that is in none of the parts read has at most as many views as the
 * classes in which the lists ended allow. When enough items have more, they are the answer; otherwise the lists are
 * read further. This also holds if counts are negative. An item whose class does not change costs the index nothing
 * when its views grow.
 */
final class TopQuery {

    private static final int LEAST_DEPTH = 64;
    private static final int FASTER = 4;

    /** Below this depth, the sum over all items is quicker. */
    private static final int MAX_ROWS = 200_000;

    private static final int MAX_LOOKED_UP = 2000;

    private final TableNames names;
    private final Connection connection;
    private final List<Bucket> hours;
    private final int count;
    private final Map<String, Long> pending;

    /**
     * Prepares a query.
     *
     * @param pending views per item that are to be added by the caller, all of them or some
     */
    TopQuery(TableNames names, Connection connection, List<Bucket> hours, int count, Map<String, Long> pending) {
        this.names = names;
        this.connection = connection;
        this.hours = hours;
        this.count = count;
        this.pending = pending;
    }

    /** Runs the query. All its statements must see the same state of the database. */
    StoredTop run(Collection<String> journals) throws SQLException {
        Map<String, Position> positions = positions(journals);
        for (int depth = Math.max(LEAST_DEPTH, 2 * count); depth * hours.size() <= MAX_ROWS; depth *= FASTER) {
            Map<String, Long> sums = sumsWhen(new Lists(depth));
            if (sums != null) {
                return new StoredTop(sums, positions);
            }
        }
        return new StoredTop(sumsOfAll(), positions);
    }

    /** The sums of all items that may be in the answer, or null if the lists must be read further. */
    private @Nullable Map<String, Long> sumsWhen(Lists lists) throws SQLException {
        if (lists.threshold == 0) {
            return lists.all(pending.keySet());
        }
        if (lists.seen.size() < count) {
            return null;
        }
        long least = kthOf(lists.seen.values().stream().map(seen -> seen.views).toList());
        List<String> candidates = new ArrayList<>();
        lists.seen.forEach((id, seen) -> {
            if (seen.views + lists.threshold - seen.thresholds + mostPending(id) >= least) {
                candidates.add(id);
            }
        });
        pending.forEach((id, views) -> {
            if (!lists.seen.containsKey(id) && lists.threshold + Math.max(0, views) >= least) {
                candidates.add(id);
            }
        });
        if (candidates.size() > Math.max(MAX_LOOKED_UP, 2 * count)) {
            return null;
        }
        Map<String, Long> sums = sums(candidates);
        // Where counts are negative, the sums may be below what the lists have promised.
        List<Long> certain = new ArrayList<>();
        sums.forEach((id, views) -> certain.add(views + Math.min(0, pending.getOrDefault(id, 0L))));
        return kthOf(certain) >= Math.max(least, lists.threshold) ? sums : null;
    }

    private long mostPending(String id) {
        return Math.max(0, pending.getOrDefault(id, 0L));
    }

    /** The lowest number of views in the answer; 0 if the answer has all items. */
    private long kthOf(List<Long> views) {
        if (views.size() < count) {
            return 0;
        }
        List<Long> sorted = new ArrayList<>(views);
        sorted.sort(Collections.reverseOrder());
        return sorted.get(count - 1);
    }

    /** The sums of some items; an item without views is 0. */
    private Map<String, Long> sums(List<String> ids) throws SQLException {
        Map<String, Long> sums = new HashMap<>();
        for (int from = 0; from < ids.size(); from += MAX_LOOKED_UP) {
            List<String> some = ids.subList(from, Math.min(from + MAX_LOOKED_UP, ids.size()));
            some.forEach(id -> sums.put(id, 0L));
            String text =
                    "SELECT item_id, SUM(pv) FROM %s WHERE bucket_start IN (%s) AND item_id IN (%s) GROUP BY item_id"
                            .formatted(
                                    table(),
                                    TableNames.placeholders(hours.size()),
                                    TableNames.placeholders(some.size()));
            try (PreparedStatement select = connection.prepareStatement(text)) {
                int parameter = bindHours(select, 1);
                for (String id : some) {
                    select.setString(parameter++, id);
                }
                read(select, sums);
            }
        }
        return sums;
    }

    /** The items with the largest sums, and all that are pending. It reads every row. */
    private Map<String, Long> sumsOfAll() throws SQLException {
        Map<String, Long> sums = sums(List.copyOf(pending.keySet()));
        long fewer = pending.values().stream().filter(views -> views < 0).count();
        String text =
                "SELECT item_id, SUM(pv) AS views FROM %s WHERE bucket_start IN (%s) GROUP BY item_id ORDER BY views DESC LIMIT %d"
                        .formatted(table(), TableNames.placeholders(hours.size()), count + fewer);
        try (PreparedStatement select = connection.prepareStatement(text)) {
            bindHours(select, 1);
            read(select, sums);
        }
        return sums;
    }

    private String table() {
        return names.buckets(hours.get(0).width());
    }

    private int bindHours(PreparedStatement select, int first) throws SQLException {
        int parameter = first;
        for (Bucket hour : hours) {
            select.setObject(parameter++, BucketTables.local(hour.start()));
        }
        return parameter;
    }

    private static void read(PreparedStatement select, Map<String, Long> sums) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                sums.put(rows.getString(1), rows.getLong(2));
            }
        }
    }

    private Map<String, Position> positions(Collection<String> journals) throws SQLException {
        Map<String, Position> positions = new HashMap<>();
        String text = "SELECT journal, segment, item_id, views FROM %s WHERE journal IN (%s)"
                .formatted(names.ledger(), TableNames.placeholders(journals.size()));
        try (PreparedStatement select = connection.prepareStatement(text)) {
            int parameter = 1;
            for (String journal : journals) {
                select.setString(parameter++, journal);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Ledger.addPosition(positions, rows, 1);
                }
            }
        }
        return positions;
    }

    /** The hot ends of the lists. */
    private final class Lists {

        private final Map<String, Seen> seen = new HashMap<>();

        /** The most views of an item that is in none of them. */
        private long threshold;

        Lists(int depth) throws SQLException {
            String list =
                    "(SELECT bucket_start, item_id, pv, heat FROM %s WHERE bucket_start = ? ORDER BY heat DESC LIMIT %d)"
                            .formatted(table(), depth);
            String text = list + (" UNION ALL " + list).repeat(hours.size() - 1);
            Map<Long, End> ends = new HashMap<>();
            List<Row> read = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(text)) {
                bindHours(select, 1);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Row row = new Row(BucketTables.millis(rows, 1), rows.getString(2), rows.getLong(3));
                        End end = ends.computeIfAbsent(row.hour, first -> new End());
                        end.rows++;
                        end.heat = Math.min(end.heat, rows.getInt(4));
                        read.add(row);
                    }
                }
            }
            ends.values().forEach(end -> threshold += end.rows < depth ? 0 : end.most());
            for (Row row : read) {
                End end = ends.get(row.hour);
                Seen item = seen.computeIfAbsent(row.id, first -> new Seen());
                item.views += row.views;
                item.thresholds += end == null || end.rows < depth ? 0 : end.most();
            }
        }

        /** The sums of all items if the lists are read to their ends, and 0 for the given ones that have none. */
        Map<String, Long> all(Collection<String> others) {
            Map<String, Long> sums = new HashMap<>();
            seen.forEach((id, item) -> sums.put(id, item.views));
            others.forEach(id -> sums.putIfAbsent(id, 0L));
            return sums;
        }
    }

    private record Row(long hour, String id, long views) {}

    /** Where a list was left. */
    private static final class End {

        private int rows;
        private int heat = Integer.MAX_VALUE;

        /** The most views of an item of this heat: heat is the integer part of 2 ln(views), and 2 up to 4. */
        long most() {
            return (long) Math.exp((heat + 1) / 2.0) + 1;
        }
    }

    /** An item in the lists: its views there, and the thresholds of these lists. */
    private static final class Seen {
        private long views;
        private long thresholds;
    }
}
