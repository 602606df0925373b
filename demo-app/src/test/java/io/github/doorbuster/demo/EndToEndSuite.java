package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.Parallel;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What the demo does with any lock store and any database. Most tests share a demo, each with items of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EndToEndSuite {

    private static final int ITEMS = 500;
    private static final String HOT_ITEM = "1";
    private static final int HOT_STOCK = 50;

    private DemoProcess demo;

    /** {@return options with an empty database} */
    abstract List<String> options();

    /** {@return the views in the database of the running demo with {@link #options()}} */
    abstract Map<String, Long> writtenViews(DemoClient client, Collection<String> ids) throws Exception;

    /** {@return options with an empty database that outlives the process} */
    abstract List<String> lastingOptions();

    /** {@return the database of {@link #lastingOptions()}, after the demo has ended} */
    abstract Connection lastingDatabase() throws SQLException;

    @BeforeAll
    void startDemo() {
        demo = DemoProcess.start(options());
    }

    @AfterAll
    void stopDemo() {
        demo.close();
    }

    @Test
    void writesEveryAcceptedView() throws Exception {
        DemoClient client = new DemoClient(demo.uri());
        ConcurrentMap<String, Long> accepted = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(10_000);
        Parallel.run(8, thread -> {
            Random random = new Random(thread);
            while (true) {
                int wanted = 1 + random.nextInt(20);
                int size = Math.min(wanted, left.getAndAdd(-wanted));
                if (size <= 0) {
                    return;
                }
                List<String> ids = IntStream.range(0, size)
                        .mapToObj(i -> "m" + random.nextInt(ITEMS))
                        .toList();
                HttpReply reply = client.view(ids);
                assertThat(reply.status()).isEqualTo(202);
                assertThat(reply.json().get("accepted").asInt()).isEqualTo(size);
                ids.forEach(id -> accepted.merge(id, 1L, Long::sum));
            }
        });
        assertThat(accepted.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);

        assertThat(client.views(accepted.keySet())).isEqualTo(new TreeMap<>(accepted));
        client.awaitWritten();
        assertThat(writtenViews(client, accepted.keySet())).containsAllEntriesOf(accepted);
    }

    @Test
    void sellsTheStockOnePurchaseAtATime() throws Exception {
        DemoClient client = new DemoClient(demo.uri());
        AtomicInteger left = new AtomicInteger(200);
        Parallel.run(32, thread -> {
            while (left.getAndDecrement() > 0) {
                client.buy(HOT_ITEM);
            }
        });

        assertThat(client.statuses()).containsEntry(200, (long) HOT_STOCK);
        assertThat(client.statuses().keySet()).isSubsetOf(200, 409, 503);
        assertThat(client.stats().at("/shop/max_in_transaction").asInt()).isEqualTo(1);
        for (JsonNode item : client.get("/api/items").json().get("items")) {
            if (item.get("id").asString().equals(HOT_ITEM)) {
                assertThat(item.get("stock").asInt()).isZero();
            }
        }
    }

    @Test
    void countsEveryRequestByStatus() throws Exception {
        DemoClient observer = new DemoClient(demo.uri()); // /stats is in flight, but not counted
        JsonNode before = await().until(
                        observer::stats, stats -> stats.at("/in_flight/now").asInt() == 1)
                .get("request");
        DemoClient sender = new DemoClient(demo.uri());
        Parallel.run(8, thread -> {
            for (int i = 0; i < 20; i++) {
                sender.get("/hc");
                sender.get("/no-such-path");
                sender.view(List.of("a" + thread, "b" + i));
                sender.buy("no-such-item-" + thread);
                sender.form("item=none");
            }
        });

        assertThat(sender.statuses().keySet()).containsExactly(200, 202, 400, 404);
        await().untilAsserted(() -> {
            Map<Integer, Long> sent = sender.statuses();
            JsonNode after = observer.stats().get("request");
            assertThat(increase(before.get("status_count"), after.get("status_count")))
                    .isEqualTo(sent);
            assertThat(after.get("count").asLong() - before.get("count").asLong())
                    .isEqualTo(sent.values().stream().mapToLong(Long::longValue).sum());
        });
    }

    @Test
    void sigtermLosesNoAcceptedView() throws Exception {
        try (DemoProcess lasting = DemoProcess.start(lastingOptions())) {
            DemoClient client = new DemoClient(lasting.uri());
            ExpectedViews expected = new ExpectedViews();
            CountDownLatch started = new CountDownLatch(200);
            Thread terminator = lasting.terminateAfter(started);
            Parallel.run(8, thread -> {
                Random random = new Random(thread);
                while (terminator.isAlive()) {
                    List<String> ids = List.of("m" + random.nextInt(ITEMS));
                    int status;
                    try {
                        status = client.view(ids).status();
                    } catch (IOException e) {
                        status = 0;
                    }
                    expected.add(status, ids);
                    started.countDown();
                }
            });
            terminator.join();

            assertThat(expected.accepted("m")).isGreaterThanOrEqualTo(150);
            expected.assertCountedOnceIn(DemoDatabase.viewsIn(lastingDatabase()));
        }
    }

    /** {@return by how much each count has grown, for those that have} */
    private static Map<Integer, Long> increase(JsonNode before, JsonNode after) {
        Map<Integer, Long> increase = new TreeMap<>();
        after.properties().forEach(entry -> {
            long grown = entry.getValue().asLong() - before.path(entry.getKey()).asLong(0);
            if (grown > 0) {
                increase.put(Integer.valueOf(entry.getKey()), grown);
            }
        });
        return increase;
    }
}
