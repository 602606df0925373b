package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TopItems;
import io.github.doorbuster.pvpool.TopItems.Window;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Measures how long the twenty items with the most views of 24 hours take, uncached, on a MariaDB on loopback, beside a
 * plain sum over all items, and prints the plans of its statements. The views of the items are skewed (Zipf).
 * Arguments: items of the day (default 1000000), items of each hour (default 100000), reads (default 300).
 */
public final class TopBenchmark {

    private static final int COUNT = 20;
    private static final int HOURS = 25;
    private static final int ROWS = 5000;
    private static final int PLAIN_SUMS = 3;
    private static final double HOTTEST = 1e6;
    private static final DateTimeFormatter START =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private TopBenchmark() {}

    /**
     * Fills the hours and reads.
     *
     * @param args items of the day, items of each hour, reads
     */
    public static void main(String[] args) throws Exception {
        int items = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int itemsOfHour = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        int reads = args.length > 2 ? Integer.parseInt(args[2]) : 300;
        try (MariaDbServer database = MariaDbServer.start("--innodb-buffer-pool-size=2G")) {
            DataSource dataSource = database.dataSource("top");
            JdbcPvStore store = new JdbcPvStore(
                    dataSource, JdbcConfig.builder().createTables(true).build());
            PvPoolConfig config =
                    PvPoolConfig.builder().buckets("hour").topCacheMillis(0).build();
            try (PvPool pool = PvPool.builder().store(store).config(config).build();
                    Connection connection = dataSource.getConnection()) {
                fill(connection, items, itemsOfHour);
                explain(connection);
                for (int i = 0; i < PLAIN_SUMS; i++) {
                    long start = System.nanoTime();
                    long views = plainSum(connection);
                    print("plain sum", System.nanoTime() - start);
                    if (pool.top(Window.DAY, COUNT).items().get(0).views() != views) {
                        throw new IllegalStateException("the top differs from the plain sum");
                    }
                }
                for (Window window : new Window[] {Window.HOUR, Window.DAY}) {
                    read(pool, window, reads);
                }
            }
        }
    }

    private static void fill(Connection connection, int items, int itemsOfHour) throws SQLException {
        Random random = new Random(1);
        Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
        Set<Integer> seen = new TreeSet<>();
        for (int hour = 0; hour < HOURS; hour++) {
            String start = START.format(now.minus(Duration.ofHours(hour)));
            Set<Integer> ranks = new TreeSet<>();
            for (int i = 1; i <= itemsOfHour / 10; i++) {
                ranks.add(i);
            }
            int every = items / (itemsOfHour - itemsOfHour / 10) + 1; // each item is in about one hour of the day
            for (int i = itemsOfHour / 10 + 1 + hour % every; i <= items; i += every) {
                ranks.add(i);
            }
            seen.addAll(ranks);
            insert(connection, start, ranks, random);
        }
        System.out.printf("%,d items in %d hours%n", seen.size(), HOURS);
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE TABLE item_pv_hour");
        }
    }

    private static void insert(Connection connection, String start, Set<Integer> ranks, Random random)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            StringBuilder rows = new StringBuilder();
            int size = 0;
            for (int rank : ranks) {
                long views = 1 + (long) (random.nextDouble() * HOTTEST / rank);
                rows.append(rows.isEmpty() ? "" : ",").append("('%s','m%d',%d)".formatted(start, rank, views));
                if (++size % ROWS == 0 || size == ranks.size()) {
                    statement.execute("INSERT INTO item_pv_hour (bucket_start, item_id, pv) VALUES " + rows);
                    rows.setLength(0);
                }
            }
        }
    }

    private static long plainSum(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT item_id, SUM(pv) AS views FROM item_pv_hour GROUP BY item_id ORDER BY views DESC LIMIT "
                                + COUNT)) {
            row.next();
            return row.getLong(2);
        }
    }

    private static void explain(Connection connection) throws SQLException {
        String hour = START.format(Instant.now().truncatedTo(ChronoUnit.HOURS));
        String before = START.format(Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(1)));
        print(
                connection,
                "SELECT bucket_start, item_id, pv, heat FROM item_pv_hour WHERE bucket_start = '%s' ORDER BY heat DESC LIMIT 64"
                        .formatted(hour));
        print(
                connection,
                "SELECT item_id, SUM(pv) FROM item_pv_hour WHERE bucket_start IN ('%s', '%s') AND item_id IN ('m1', 'm2', 'm3') GROUP BY item_id"
                        .formatted(hour, before));
    }

    private static void print(Connection connection, String sql) throws SQLException {
        System.out.println("EXPLAIN " + sql);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
            while (rows.next()) {
                System.out.printf(
                        "  type %s, key %s, rows %s, %s%n",
                        rows.getString("type"), rows.getString("key"), rows.getString("rows"), rows.getString("Extra"));
            }
        }
    }

    private static void read(PvPool pool, Window window, int reads) throws Exception {
        long[] nanos = new long[reads];
        for (int i = -reads / 10; i < reads; i++) {
            long start = System.nanoTime();
            TopItems top = pool.top(window, COUNT);
            if (top.items().size() != COUNT) {
                throw new IllegalStateException("too few items: " + top);
            }
            if (i >= 0) {
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        print(window + " p50", nanos[reads / 2]);
        print(window + " p99", nanos[reads * 99 / 100]);
        print(window + " max", nanos[reads - 1]);
    }

    private static void print(String what, long nanos) {
        System.out.printf("%-10s %,10.2f ms%n", what, nanos / 1e6);
    }
}
