package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database is stopped with SIGSTOP under a steady load of page views; clients do not notice. */
@Timeout(180)
class StoppedDatabaseIT {

    private static final int REQUESTS_PER_SECOND = 1000;
    private static final int ITEMS = 10_000;
    private static final long FLAT_BYTES = 4 << 20; // unfolded, the views of 30 s would take five times that

    @TempDir
    Path folder;

    private final ViewTally tally = new ViewTally();
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
        return PacedLoad.start(demo.uri().getPort(), REQUESTS_PER_SECOND, ITEMS, seconds, tally);
    }

    private void assertEveryViewIsCountedOnce() throws Exception {
        new DemoClient(demo.uri()).awaitWritten();
        assertThat(tally.uncertain()).as("requests not answered 202").isEmpty();
        tally.assertCountedOnceIn(database.views());
    }

    @Test
    void whileTheDatabaseIsStoppedViewsAreAcceptedAndThenCountedOnce() throws Exception {
        PacedLoad load = load(5);
        load.awaitSecond(1);
        server.stop();
        load.awaitSecond(4);
        server.cont();
        load.awaitEnd();
        assertEveryViewIsCountedOnce();
    }

    /**
     * Ten seconds of warm-up, fifteen to measure, then thirty with the database stopped, well below what the demo can
     * take. The seconds next to a signal or a look at the heap, which stops everything, do not count.
     */
    @Test
    @Tag("thorough")
    void thirtySecondsOfStoppedDatabaseLeaveTimesAndMemoryAsTheyWere() throws Exception {
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
        assertThat(heapLate).as("heap in bytes").isLessThan(heapBefore + FLAT_BYTES);
    }
}
