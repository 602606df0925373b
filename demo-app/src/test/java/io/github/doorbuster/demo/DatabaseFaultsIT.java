package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.Runbook;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database hangs or is down while views arrive: clients get 202 as before, and every view is counted once. */
@Timeout(240)
class DatabaseFaultsIT {

    private static final int REQUESTS_PER_SECOND = 1000;
    private static final int ITEMS = 10_000;
    private static final long MOST_HEAP_GROWTH = 4 << 20; // without folding, the views of 30 s take five times as much

    @TempDir
    Path folder;

    private final ExpectedViews expected = new ExpectedViews();
    private MariaDbServer server;
    private DemoDatabase database;
    private DemoProcess demo;

    @BeforeEach
    void start() {
        server = MariaDbServer.startOwn();
        database = DemoDatabase.on(server);
        demo = DemoProcess.start(database.options(folder.resolve("journal")));
    }

    @AfterEach
    void end() {
        demo.close();
        server.close();
    }

    private PacedLoad load(int seconds) {
        return PacedLoad.start(demo.uri(), REQUESTS_PER_SECOND, ITEMS, seconds, expected);
    }

    private void assertEveryViewIsCountedOnce() throws Exception {
        new DemoClient(demo.uri()).awaitWritten();
        assertThat(expected.uncertain()).as("requests not answered 202").isEmpty();
        expected.assertCountedOnceIn(database.views());
    }

    @Test
    void acceptsViewsWhileTheDatabaseHangsOrIsDown() throws Exception {
        PacedLoad load = load(4);
        load.awaitSecond(1);
        server.stop();
        load.awaitSecond(3);
        server.cont();
        load.awaitEnd();
        assertEveryViewIsCountedOnce();

        DemoClient client = new DemoClient(demo.uri());
        server.kill();
        List<String> ids = List.of("m1");
        await().untilAsserted(() -> {
            expected.add(client.view(ids).status(), ids);
            assertThat(demo.log()).contains("cannot write page views");
            assertThat(client.stats().at("/database/state").asString()).isEqualTo("down");
        });
        server.restart();
        await().untilAsserted(() ->
                assertThat(client.stats().at("/database/state").asString()).isEqualTo("up"));
        assertEveryViewIsCountedOnce();
        Runbook.assertLogged("database is down", demo.log());
    }

    /**
     * Warms up for 10 s, measures for 15 s, then for 30 s with the database stopped, at a load well below the limit of
     * the demo. The seconds around a signal or a full collection are left out.
     */
    @Test
    @Tag("thorough")
    void timesAndHeapStayTheSameWhileTheDatabaseHangs() throws Exception {
        PacedLoad load = load(60);
        load.awaitSecond(25);
        long heapBefore = demo.heapBytes();
        server.stop();
        load.awaitSecond(27);
        long heapEarly = demo.heapBytes();
        load.awaitSecond(57);
        long heapLate = demo.heapBytes();
        server.cont();
        load.awaitEnd();

        double before = load.p99Millis(10, 25);
        double stopped = load.p99Millis(28, 57);
        System.out.printf(
                "POST p99, median of seconds: %.2f ms before, %.2f ms stopped; max %.1f and %.1f ms; heap %,d, %,d and %,d KiB%n",
                before,
                stopped,
                load.maxMillis(10, 25),
                load.maxMillis(28, 57),
                heapBefore >> 10,
                heapEarly >> 10,
                heapLate >> 10);
        assertEveryViewIsCountedOnce();
        assertThat(stopped).as("p99 in ms").isLessThanOrEqualTo(2 * before);
        assertThat(heapLate).as("heap in bytes").isLessThan(heapBefore + MOST_HEAP_GROWTH);
    }
}
