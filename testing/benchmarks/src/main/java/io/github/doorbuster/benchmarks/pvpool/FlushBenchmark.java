package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Measures the rows per second written to a MariaDB on loopback: by flushes with the ledger, also with
 * {@code updateOnly} and with counts of hours and days, and by one UPDATE per row in one transaction. Arguments: rows
 * (default 200000), rounds (default 5).
 */
public final class FlushBenchmark {

    private FlushBenchmark() {}

    /**
     * Runs the rounds and prints a line for each way of writing.
     *
     * @param args rows, rounds
     */
    public static void main(String[] args) throws Exception {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        List<String> ids = IntStream.range(0, rows).mapToObj(i -> "m" + i).toList();
        try (MariaDbServer database = MariaDbServer.start()) {
            DataSource dataSource = database.dataSource("flush");
            try (PvPool upserting = pool(dataSource, false, "");
                    PvPool inBuckets = pool(database.dataSource("buckets"), false, "hour,day");
                    PvPool updating = pool(dataSource, true, "")) {
                for (int round = 0; round <= rounds; round++) {
                    flush(round, "flush with ledger", upserting, ids);
                    flush(round, "flush, hours, days", inBuckets, ids);
                    flush(round, "flush, updateOnly", updating, ids);
                    long start = System.nanoTime();
                    updateOneByOne(dataSource, ids);
                    print(round, "one UPDATE per row", rows, System.nanoTime() - start);
                }
            }
        }
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
                        .flushMillis(3_600_000)
                        .flushItems(Integer.MAX_VALUE)
                        .buckets(buckets)
                        .build())
                .build();
    }

    private static void flush(int round, String way, PvPool pool, List<String> ids) throws InterruptedException {
        pool.add(new Views(ids)).toCompletableFuture().join();
        long start = System.nanoTime();
        if (!pool.flush()) {
            throw new IllegalStateException(way + ": " + pool.snapshot().flush().lastError());
        }
        print(round, way, ids.size(), System.nanoTime() - start);
    }

    private static void updateOneByOne(DataSource dataSource, List<String> ids) throws Exception {
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
    }

    private static void print(int round, String way, int rows, long nanos) {
        System.out.printf(
                "%-7s %-20s %,9.0f rows/s%n", round == 0 ? "warm-up" : "round " + round, way, rows * 1e9 / nanos);
    }
}
