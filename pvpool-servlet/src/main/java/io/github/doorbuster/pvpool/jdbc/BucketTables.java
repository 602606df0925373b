package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket;
import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.StoredSeries;
import io.github.doorbuster.pvpool.jdbc.CountTable.Added;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The tables of hours and days. Each row has an item, the start of a bucket in UTC, and the views in it. */
record BucketTables(TableNames names, Dialect dialect) {

    private static final DateTimeFormatter LITERAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    /** Adds the same rows to the buckets of a chunk as to its totals. */
    CountTable beside(CountTable totals) {
        return (connection, chunk, from, to) -> {
            Added added = totals.add(connection, chunk, from, to);
            List<Integer> rows = added.rows();
            rows = rows == null
                    ? IntStream.range(from, to).boxed().toList()
                    : rows.stream().sorted().toList();
            for (Bucket bucket : rows.isEmpty() ? List.<Bucket>of() : chunk.buckets()) {
                add(connection, bucket, chunk, rows);
                added = added.plus(new Added(1, 0));
            }
            return added;
        };
    }

    private void add(Connection connection, Bucket bucket, Chunk chunk, List<Integer> rows) throws SQLException {
        String begin = "('%s', ".formatted(LITERAL.format(bucket.start()));
        dialect.upsertBucket(names.buckets(bucket.width()), text -> {
                    String separator = "";
                    for (int row : rows) {
                        text.append(separator)
                                .append(begin)
                                .appendId(chunk.id(row))
                                .append(", ")
                                .append(chunk.count(row))
                                .append(")");
                        separator = ", ";
                    }
                })
                .executeUpdate(connection);
    }

    /** Reads buckets and positions. */
    StoredSeries read(Connection connection, Collection<String> ids, List<Bucket> buckets, Collection<String> journals)
            throws SQLException {
        SelectWithPositions select = new SelectWithPositions(
                names,
                List.of("item_id", "bucket_start", "pv"),
                "%s WHERE bucket_start IN (%s) AND item_id IN (%s)"
                        .formatted(
                                names.buckets(buckets.get(0).width()),
                                TableNames.placeholders(buckets.size()),
                                TableNames.placeholders(ids.size())));
        Map<String, Map<Long, Long>> counts = new HashMap<>();
        Map<String, Position> positions = select.run(
                connection,
                statement -> {
                    int parameter = 1;
                    for (Bucket bucket : buckets) {
                        statement.setObject(parameter++, local(bucket.start()));
                    }
                    for (String id : ids) {
                        statement.setString(parameter++, id);
                    }
                    return parameter;
                },
                journals,
                row -> counts.computeIfAbsent(row.getString(1), first -> new HashMap<>())
                        .put(millis(row, 2), row.getLong(3)));
        return new StoredSeries(counts, positions);
    }

    /** A DATETIME has no zone, so drivers do not convert it. */
    static LocalDateTime local(Instant start) {
        return LocalDateTime.ofInstant(start, ZoneOffset.UTC);
    }

    static long millis(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, LocalDateTime.class)
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    /** The time of the database. */
    static Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6))")) {
            row.next();
            return Instant.ofEpochSecond(row.getLong(1));
        }
    }

    /** The start of the oldest bucket with rows. */
    @Nullable
    Instant oldest(Connection connection, Width width) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT MIN(bucket_start) FROM %s".formatted(names.buckets(width)))) {
            return row.next() && row.getObject(1) != null ? Instant.ofEpochMilli(millis(row, 1)) : null;
        }
    }

    /** Deletes rows before a bucket. Returns how many there were. */
    int deleteBefore(Connection connection, Bucket first, int limit) throws SQLException {
        Width width = first.width();
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM %s WHERE bucket_start < ? LIMIT %d".formatted(names.buckets(width), limit))) {
            delete.setObject(1, local(first.start()));
            return delete.executeUpdate();
        }
    }
}
