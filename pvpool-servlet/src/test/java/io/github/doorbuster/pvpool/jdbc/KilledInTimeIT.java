package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Buckets;
import io.github.doorbuster.pvpool.FastClock;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.testing.ChildProcess;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes are killed again and again while their clocks cross hours, and the database is away across midnight: the
 * hours sum to the days, the days to the total, and all to what was accepted.
 */
@Timeout(300)
class KilledInTimeIT {

    private static final int VIEWS_PER_LIFE = 40;

    @TempDir
    Path temporary;

    private final long start = System.currentTimeMillis();
    private final FastClock clock = new FastClock(start);
    private final ChildProcess[] nodes = new ChildProcess[2];
    private final List<ChildProcess> all = new ArrayList<>();
    private MariaDbDatabase database;
    private TcpProxy proxy;

    @BeforeEach
    void createTables() throws Exception {
        database = MariaDbDatabase.withTables();
        JdbcConfig creating = JdbcConfig.builder().createTables(true).build();
        new JdbcPvStore(database.dataSource(), creating)
                .prepare(new Buckets(Set.of(Width.HOUR, Width.DAY), ZoneId.of("UTC")));
        proxy = TcpProxy.to(database.address());
    }

    @AfterEach
    void close() {
        all.forEach(ChildProcess::close);
        proxy.close();
    }

    private void launch(int node) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        MariaDbServer server = MariaDbServer.shared();
        nodes[node] = ChildProcess.launch(
                "node" + node + "-" + all.size(),
                List.of(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        HoursProcess.class.getName(),
                        database.url().replace(database.address(), proxy.address()),
                        server.user(),
                        server.password(),
                        folder(node).toString(),
                        String.valueOf(start)),
                Map.of(),
                temporary);
        all.add(nodes[node]);
    }

    private Path folder(int node) {
        return temporary.resolve("journal" + node);
    }

    private static Stream<String> accepted(ChildProcess process) {
        return process.log().lines().filter(line -> line.startsWith(HoursProcess.ACCEPTED));
    }

    private static void awaitViews(ChildProcess process) {
        long least = accepted(process).count() + VIEWS_PER_LIFE;
        process.awaitReady(() -> accepted(process).count() >= least);
    }

    @Test
    void hoursSumToDaysAndDaysToTheTotal() throws Exception {
        killInRounds(2);
    }

    @Test
    @Tag("thorough")
    void hoursSumToDaysAndDaysToTheTotalAfterTwentyKills() throws Exception {
        killInRounds(20);
    }

    private void killInRounds(int rounds) throws Exception {
        launch(0);
        launch(1);
        for (int round = 0; round < rounds; round++) {
            awaitViews(nodes[0]);
            awaitViews(nodes[1]);
            boolean away = round % 3 == 1;
            if (away) {
                proxy.refuse(true);
                proxy.cut();
                awaitMidnight();
                awaitViews(nodes[round % 2]);
            }
            kill(round % 2);
            launch(round % 2);
            awaitViews(nodes[round % 2]);
            proxy.refuse(false);
        }
        for (int node = 0; node < 2; node++) {
            kill(node);
        }
        for (int node = 0; node < 2; node++) {
            try (PvPool rest = HoursProcess.pool(new JdbcPvStore(database.dataSource()), folder(node), clock)) {
                assertThat(rest.flush()).isTrue();
                assertThat(rest.snapshot().missingViews()).isZero();
            }
        }
        assertExact();
    }

    private void awaitMidnight() {
        String day = clock.hour().substring(0, 10);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !clock.hour().substring(0, 10).equals(day));
    }

    private void kill(int node) throws Exception {
        nodes[node].signal("KILL");
        nodes[node].awaitExit();
    }

    private void assertExact() throws Exception {
        assertThat(database.texts("SELECT CONCAT(item_id, ' ', DATE(bucket_start), ' ', SUM(pv)) FROM item_pv_hour"
                        + " GROUP BY item_id, DATE(bucket_start) ORDER BY 1"))
                .hasSizeGreaterThan(8)
                .isEqualTo(database.texts(
                        "SELECT CONCAT(item_id, ' ', DATE(bucket_start), ' ', pv) FROM item_pv_day" + " ORDER BY 1"));
        assertThat(database.texts("SELECT CONCAT(item_id, ' ', SUM(pv)) FROM item_pv_day GROUP BY item_id ORDER BY 1"))
                .isEqualTo(database.texts("SELECT CONCAT(item_id, ' ', pv) FROM item_pv ORDER BY 1"));
        Map<String, Long> unanswered = database.counts();
        Map<String, Long> certain = new TreeMap<>();
        for (ChildProcess process : all) {
            accepted(process).forEach(line -> {
                String[] words = line.split(" ");
                unanswered.merge(words[1], -1L, Long::sum);
                if (words.length == 3) {
                    certain.merge(words[1] + " " + words[2], 1L, Long::sum);
                }
            });
        }
        assertThat(unanswered).allSatisfy((item, views) -> assertThat(views).isBetween(0L, (long) all.size()));
        assertThat(unanswered.values().stream().mapToLong(Long::longValue).sum())
                .as("each process may have been killed before it printed its last view")
                .isLessThanOrEqualTo(all.size());
        Map<String, Long> hours = new TreeMap<>();
        for (String row : database.texts(
                "SELECT CONCAT(item_id, ' ', DATE_FORMAT(bucket_start, '%Y-%m-%dT%H'), ' ', pv) FROM item_pv_hour")) {
            int last = row.lastIndexOf(' ');
            hours.put(row.substring(0, last), Long.valueOf(row.substring(last + 1)));
        }
        assertThat(certain)
                .isNotEmpty()
                .allSatisfy((itemAndHour, views) ->
                        assertThat(hours.get(itemAndHour)).isGreaterThanOrEqualTo(views));
    }
}
