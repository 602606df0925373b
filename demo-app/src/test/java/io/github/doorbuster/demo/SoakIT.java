package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Ports;
import io.github.doorbuster.testing.Runbook;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two nodes with one memcached and one database under mixed load, with a fault every minute in turn: memcached is
 * stopped for 10 s, the database is killed and started, the second node is killed and started. At the end every count
 * is exact, and the first node uses no more than before. {@code -Ddoorbuster.soak.minutes=3} makes it shorter.
 */
@Tag("thorough")
class SoakIT {

    private static final int MINUTES = Integer.getInteger("doorbuster.soak.minutes", 30);
    private static final int WARM_UP_SECONDS = 30;
    private static final int FAULT_AT_SECOND = 10;
    private static final int MEASURE_AT_SECOND = 50;
    private static final int STOPPED_SECONDS = 10;
    private static final int STOCK = 10_000_000;
    private static final long MOST_HEAP_GROWTH = 8 << 20;
    private static final int MOST_MORE_THREADS = 10;
    private static final int MOST_MORE_FILES = 20;
    /** Half of what 30 minutes write. A journal may keep applied segments for some minutes. */
    private static final long MOST_JOURNAL_GROWTH = 16 << 20;

    private static final Pattern FAILED_WRITE = Pattern.compile("cannot write page views: ");

    private enum Fault {
        MEMCACHED_STOPPED,
        DATABASE_RESTARTED,
        NODE_KILLED
    }

    @TempDir
    Path folder;

    private final ExpectedViews expected = new ExpectedViews();
    private final Set<Fault> injected = EnumSet.noneOf(Fault.class);
    private final List<ResourceUsage> usage = new ArrayList<>();
    private final int firstPort = Ports.free();
    private final int secondPort = Ports.free();
    private final DemoClient poller = new DemoClient(uri(firstPort));
    private MemcachedServer memcached;
    private MariaDbServer server;
    private DemoDatabase database;
    private DemoProcess first;
    private DemoProcess second;
    private long began;

    @BeforeEach
    void start() {
        memcached = MemcachedServer.startOwn();
        server = MariaDbServer.startOwn();
        database = DemoDatabase.on(server);
        first = launch("first", firstPort);
        second = launch("second", secondPort);
    }

    @AfterEach
    void end() {
        second.close();
        first.close();
        server.close();
        memcached.close();
    }

    private DemoProcess launch(String name, int port) {
        List<String> options = new ArrayList<>(database.options(folder.resolve(name)));
        options.addAll(List.of("--port=" + port, "--memcached=" + memcached.address(), "--purchase-millis=2"));
        options.add("--stock=" + STOCK);
        DemoProcess demo = DemoProcess.launch(options, Map.of());
        demo.uri();
        return demo;
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The load is a function of time, and so are the faults during it. */
    private void awaitSecond(int second) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(began + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
    }

    private void inject(Fault fault) throws InterruptedException {
        switch (fault) {
            case MEMCACHED_STOPPED -> {
                memcached.stop();
                TimeUnit.SECONDS.sleep(STOPPED_SECONDS);
                memcached.cont();
            }
            case DATABASE_RESTARTED -> {
                long failures = loggedFailures();
                server.kill();
                // A fast machine would start it again between two flushes.
                await().atMost(Duration.ofMinutes(1)).until(() -> loggedFailures() > failures);
                server.restart();
            }
            case NODE_KILLED -> {
                second.close();
                second = launch("second", secondPort);
            }
        }
    }

    private long loggedFailures() {
        return FAILED_WRITE.matcher(first.log()).results().count();
    }

    @Test
    void staysExactAndFlatUnderFaults() throws Exception {
        began = System.nanoTime();
        SoakLoad one = SoakLoad.start("one", uri(firstPort), expected);
        SoakLoad two = SoakLoad.start("two", uri(secondPort), expected);
        for (int minute = 0; minute < MINUTES; minute++) {
            int at = WARM_UP_SECONDS + 60 * minute;
            Fault fault = Fault.values()[minute % Fault.values().length];
            awaitSecond(at + FAULT_AT_SECOND);
            inject(fault);
            injected.add(fault);
            awaitSecond(at + MEASURE_AT_SECOND);
            measure(minute + 1, fault, one, two);
        }
        awaitSecond(WARM_UP_SECONDS + 60 * MINUTES);
        one.end();
        two.end();

        poller.awaitWritten();
        new DemoClient(uri(secondPort)).awaitWritten();
        summarise(one, two);
        assertFaultsWereNoticed(two);
        assertCountsAreExact(one, two);
        assertFlat();
    }

    private void measure(int minute, Fault fault, SoakLoad one, SoakLoad two) throws IOException {
        ResourceUsage now = ResourceUsage.of(first, folder.resolve("first"));
        usage.add(now);
        System.out.printf(
                "soak minute %d (%s): heap %,d KiB, %d threads, %d open files, journal %,d KiB; so far %,d views, %,d purchases%n",
                minute,
                fault,
                now.heapBytes() >> 10,
                now.threads(),
                now.openFiles(),
                now.journalBytes() >> 10,
                expected.accepted(""),
                one.bought.sum() + two.bought.sum());
    }

    private void summarise(SoakLoad one, SoakLoad two) {
        System.out.printf(
                "soak of %d minutes: %,d views accepted, %,d of requests without a clear answer; %,d purchases, %,d turned"
                        + " away, %d uncertain; %,d pages; %d requests without a response%n",
                MINUTES,
                expected.accepted(""),
                sum(expected.uncertain()),
                one.bought.sum() + two.bought.sum(),
                one.turnedAway.sum() + two.turnedAway.sum(),
                sum(one.uncertain) + sum(two.uncertain),
                one.pages.sum() + two.pages.sum(),
                one.unanswered.sum() + two.unanswered.sum());
        System.out.printf(
                "soak, first node: views p50 %.1f ms, p99 %.1f ms, max %.0f ms; purchases p50 %.1f ms, p99 %.1f ms, max %.0f ms%n",
                one.viewMicros.getValueAtPercentile(50) / 1e3,
                one.viewMicros.getValueAtPercentile(99) / 1e3,
                one.viewMicros.getMaxValue() / 1e3,
                one.purchaseMicros.getValueAtPercentile(50) / 1e3,
                one.purchaseMicros.getValueAtPercentile(99) / 1e3,
                one.purchaseMicros.getMaxValue() / 1e3);
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private void assertFaultsWereNoticed(SoakLoad two) {
        if (injected.contains(Fault.MEMCACHED_STOPPED)) {
            Runbook.assertLogged("memcached is down", first.log());
        }
        if (injected.contains(Fault.DATABASE_RESTARTED)) {
            Runbook.assertLogged("database is down", first.log());
        }
        if (injected.contains(Fault.NODE_KILLED)) {
            assertThat(two.refusedConnections.sum()).isPositive();
        }
    }

    private void assertCountsAreExact(SoakLoad one, SoakLoad two) throws Exception {
        assertThat(expected.accepted("")).isPositive();
        expected.assertCountedOnceIn(database.views());

        Map<String, Long> sold = new TreeMap<>(one.sold);
        two.sold.forEach((item, count) -> sold.merge(item, count, Long::sum));
        Map<String, Long> uncertain = new TreeMap<>(one.uncertain);
        two.uncertain.forEach((item, count) -> uncertain.merge(item, count, Long::sum));
        try (Connection connection = database.connection()) {
            for (Map.Entry<String, Long> item : sold.entrySet()) {
                String id = item.getKey();
                long rows = number(connection, "SELECT COUNT(*) FROM purchase WHERE item_id = '" + id + "'");
                assertThat(rows)
                        .as("purchases of %s", id)
                        .isBetween(item.getValue(), item.getValue() + uncertain.getOrDefault(id, 0L));
                assertThat(number(connection, "SELECT stock FROM item WHERE id = '" + id + "'"))
                        .as("stock of %s", id)
                        .isEqualTo(STOCK - rows);
            }
        }
        await().untilAsserted(() -> assertRequestsOfTheFirstNode(one));
    }

    /** The first node was never killed, so it has counted every response, and at most the lost ones more. */
    private void assertRequestsOfTheFirstNode(SoakLoad one) throws Exception {
        JsonNode counted = poller.stats().at("/request/status_count");
        long polls = sum(poller.statuses());
        for (Map.Entry<Integer, Long> received : one.client.statuses().entrySet()) {
            long server = counted.path(String.valueOf(received.getKey())).asLong();
            assertThat(server)
                    .as("responses with %d", received.getKey())
                    .isBetween(
                            received.getValue(),
                            received.getValue() + one.unanswered.sum() + (received.getKey() == 200 ? polls : 0));
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Compares the last third of the minutes with the first one, and ignores a single odd minute. */
    private void assertFlat() {
        assertThat(growth(ResourceUsage::heapBytes)).as("heap in bytes").isLessThan(MOST_HEAP_GROWTH);
        assertThat(growth(ResourceUsage::threads)).as("threads").isLessThan(MOST_MORE_THREADS);
        assertThat(growth(ResourceUsage::openFiles)).as("open files").isLessThan(MOST_MORE_FILES);
        assertThat(growth(ResourceUsage::journalBytes)).as("journal in bytes").isLessThan(MOST_JOURNAL_GROWTH);
    }

    private long growth(ToLongFunction<ResourceUsage> figure) {
        int third = Math.max(1, usage.size() / 3);
        return median(usage.subList(usage.size() - third, usage.size()), figure)
                - median(usage.subList(0, third), figure);
    }

    private static long median(List<ResourceUsage> minutes, ToLongFunction<ResourceUsage> figure) {
        long[] sorted = minutes.stream().mapToLong(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
