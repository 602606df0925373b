package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Measures the rows per second written to a MariaDB on loopback: by flushes with the ledger, also with
 * {@code updateOnly}, with counts of hours and days, and with these but without the index of the hottest items; with a
 * new connection for each chunk instead of a connection pool; and by one UPDATE per row in one transaction. Three of
 * four items have one view in each flush, and the others two to five. The server has a buffer pool and a log of 1 GiB,
 * so that it does not write pages all the time. Arguments: rows (default 200000), rounds (default 5), and the ways of
 * writing (default all): {@code ledger}, {@code ledger-unpooled}, {@code buckets}, {@code buckets-no-index},
 * {@code update-only}, {@code one-by-one}. The system property {@code chunkRows} (default 1000) sets the rows per
 * transaction.
 */
public final class FlushBenchmark {

    private FlushBenchmark() {}

    /**
     * Runs the rounds and prints a line for each way of writing.
     *
     * @param args rows, rounds, ways
     */
    public static void main(String[] args) throws Exception {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        List<String> only = List.of(args).subList(Math.min(2, args.length), args.length);
        List<String> ids = IntStream.range(0, rows).mapToObj(i -> "m" + i).toList();
        List<String> views = IntStream.range(0, rows)
                .boxed()
                .flatMap(i -> Collections.nCopies(i % 4 == 0 ? 2 + i / 4 % 4 : 1, ids.get(i)).stream())
                .toList();
        try (MariaDbServer server = MariaDbServer.start("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G");
                ConnectionPools database = new ConnectionPools(server)) {
            DataSource dataSource = database.to("flush");
            try (PvPool ledger = pool(dataSource, false, "");
                    PvPool unpooled = pool(server.dataSource("flush"), false, "");
                    PvPool buckets = pool(database.to("buckets"), false, "hour,day");
                    PvPool withoutIndex = withoutIndex(database.to("no_index"));
                    PvPool updating = pool(dataSource, true, "")) {
                Map<String, Way> ways = new LinkedHashMap<>();
                ways.put("ledger", () -> flush(ledger, views));
                ways.put("ledger-unpooled", () -> flush(unpooled, views));
                ways.put("buckets", () -> flush(buckets, views));
                ways.put("buckets-no-index", () -> flush(withoutIndex, views));
                ways.put("update-only", () -> flush(updating, views));
                ways.put("one-by-one", () -> updateOneByOne(dataSource, ids));
                ways.keySet().removeIf(name -> !only.isEmpty() && !only.contains(name));
                for (int round = 0; round <= rounds; round++) {
                    for (Map.Entry<String, Way> way : ways.entrySet()) {
                        print(round, way.getKey(), rows, way.getValue().nanos());
                    }
                }
            }
        }
    }

    private static PvPool withoutIndex(DataSource dataSource) throws Exception {
        PvPool pool = pool(dataSource, false, "hour,day");
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE item_pv_hour DROP KEY item_pv_hour_heat");
        }
        return pool;
    }

    private static PvPool pool(DataSource dataSource, boolean updateOnly, String buckets) {
        return PvPool.builder()
                .store(new JdbcPvStore(
                        dataSource,
                        JdbcConfig.builder()
                                .createTables(true)
                                .updateOnly(updateOnly)
                                .build()))
                .config(PvPoolConfig.builder()
                        .chunkRows(Integer.getInteger("chunkRows", 1000))
                        .flushMillis(3_600_000)
                        .flushItems(Integer.MAX_VALUE)
                        .buckets(buckets)
                        .build())
                .build();
    }

    private static long flush(PvPool pool, List<String> views) throws InterruptedException {
        pool.add(new Views(views)).toCompletableFuture().join();
        long start = System.nanoTime();
        if (!pool.flush()) {
            throw new IllegalStateException(
                    String.valueOf(pool.snapshot().flush().lastError()));
        }
        return System.nanoTime() - start;
    }

    private static long updateOneByOne(DataSource dataSource, List<String> ids) throws Exception {
        long start = System.nanoTime();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE item_pv SET pv = pv + 1 WHERE item_id = ?")) {
                for (String id : ids) {
                    update.setString(1, id);
                    update.executeUpdate();
                }
            }
            connection.commit();
        }
        return System.nanoTime() - start;
    }

    private static void print(int round, String way, int rows, long nanos) {
        System.out.printf(
                "%-7s %-20s %,9.0f rows/s%n", round == 0 ? "warm-up" : "round " + round, way, rows * 1e9 / nanos);
    }

    private interface Way {
        long nanos() throws Exception;
    }
}
