package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the demo must do whichever lock and database it is given. */
abstract class EndToEndSuite {

    private static final int ITEMS = 500;
    private static final String HOT_ITEM = "1";
    private static final int HOT_STOCK = 50;

    private DemoProcess demo;
    private DemoClient client;

    /** The options of this setting; every call gives an empty database. */
    abstract List<String> options();

    /** The views of every item as the database of a running demo has them. */
    abstract Map<String, Long> writtenViews(DemoClient client, Collection<String> ids) throws Exception;

    /** Options of this setting with an empty database that outlives the process. */
    abstract List<String> lastingOptions();

    /** The database of {@link #lastingOptions()}, once the demo has ended. */
    abstract Connection lastingDatabase() throws SQLException;

    private void start(List<String> options) {
        demo = DemoProcess.start(options);
        client = new DemoClient(demo.uri());
    }

    @AfterEach
    void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    void everyAcceptedViewIsInTheDatabase() throws Exception {
        start(options());
        ConcurrentMap<String, Long> accepted = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(10_000);
        Clients.together(8, number -> {
            Random random = new Random(number);
            while (true) {
                int wanted = 1 + random.nextInt(20);
                int size = Math.min(wanted, left.getAndAdd(-wanted));
                if (size <= 0) {
                    return;
                }
                List<String> ids = IntStream.range(0, size)
                        .mapToObj(i -> "m" + random.nextInt(ITEMS))
                        .toList();
                DemoClient.Answer answer = client.view(ids);
                assertThat(answer.status()).isEqualTo(202);
                assertThat(answer.json().get("accepted").asInt()).isEqualTo(size);
                ids.forEach(id -> accepted.merge(id, 1L, Long::sum));
            }
        });
        assertThat(accepted.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);

        assertThat(client.views(accepted.keySet())).isEqualTo(new TreeMap<>(accepted));
        client.awaitWritten();
        assertThat(writtenViews(client, accepted.keySet())).isEqualTo(new TreeMap<>(accepted));
    }

    @Test
    void stockIsSoldToTheLastAndOnePurchaseAtATime() throws Exception {
        start(options());
        ConcurrentMap<Integer, Integer> answers = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(200);
        Clients.together(32, number -> {
            while (left.getAndDecrement() > 0) {
                answers.merge(client.buy(HOT_ITEM).status(), 1, Integer::sum);
            }
        });

        assertThat(answers.get(200)).isEqualTo(HOT_STOCK);
        assertThat(answers.keySet()).isSubsetOf(200, 409, 503);
        assertThat(answers.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(200);
        assertThat(client.stats().at("/shop/max_in_transaction").asInt()).isEqualTo(1);
        for (JsonNode item : client.get("/api/items").json().get("items")) {
            if (item.get("id").asString().equals(HOT_ITEM)) {
                assertThat(item.get("stock").asInt()).isZero();
            }
        }
    }

    @Test
    void statsCountEveryRequestByItsStatus() throws Exception {
        start(options());
        Clients.together(8, number -> {
            for (int i = 0; i < 20; i++) {
                client.get("/hc");
                client.get("/no-such-path");
                client.view(List.of("a" + number, "b" + i));
                client.buy("no-such-item-" + number);
                client.form("item=none");
            }
        });

        Map<Integer, Long> sent = client.statuses();
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            Map<Integer, Long> before = client.statuses();
            JsonNode request = client.stats().get("request");
            assertThat(nonZeroCounts(request.get("status_count"))).isEqualTo(before);
            assertThat(request.get("count").asLong())
                    .isEqualTo(
                            before.values().stream().mapToLong(Long::longValue).sum());
        });
        assertThat(sent.keySet()).contains(200, 202, 400, 404);
    }

    @Test
    void sigtermAmidViewsLosesNoneThatWereAccepted() throws Exception {
        start(lastingOptions());
        ViewTally tally = new ViewTally();
        CountDownLatch underWay = new CountDownLatch(200);
        Thread terminator = demo.terminateAfter(underWay);
        Clients.together(8, number -> {
            Random random = new Random(number);
            while (terminator.isAlive()) {
                String id = "m" + random.nextInt(ITEMS);
                int status;
                try {
                    status = client.view(List.of(id)).status();
                } catch (IOException e) {
                    status = 0;
                }
                tally.answered(status, List.of(id));
                underWay.countDown();
            }
        });
        terminator.join();

        assertThat(tally.accepted("m")).isGreaterThanOrEqualTo(150);
        tally.assertCountedOnceIn(viewsIn(lastingDatabase()));
    }

    static Map<String, Long> viewsIn(Connection database) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (database;
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    private static Map<Integer, Long> nonZeroCounts(JsonNode statusCount) {
        return statusCount.properties().stream()
                .filter(e -> e.getValue().asLong() > 0)
                .collect(Collectors.toMap(
                        e -> Integer.valueOf(e.getKey()), e -> e.getValue().asLong(), Long::sum, TreeMap::new));
    }
}
