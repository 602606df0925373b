package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
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
    private MariaDbServer database;
    private String url;
    private DemoProcess demo;

    @BeforeEach
    void start() {
        database = MariaDbServer.startOwn();
        url = database.jdbcUrl("shop");
        demo = DemoProcess.start(List.of(
                "--jdbc-url=" + url,
                "--jdbc-user=" + database.user(),
                "--jdbc-password=" + database.password(),
                "--journal-dir=" + folder.resolve("journal")));
    }

    @AfterEach
    void end() {
        demo.close();
        database.close();
    }

    private PacedLoad load(int seconds) {
        return PacedLoad.start(demo.uri().getPort(), REQUESTS_PER_SECOND, ITEMS, seconds, tally);
    }

    private void assertEveryViewIsCountedOnce() throws Exception {
        ShopClient client = new ShopClient(demo.uri());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                client.stats().at("/pvpool/pending_views").asLong(-1))
                        .isZero());
        assertThat(tally.uncertain()).as("requests not answered 202").isEmpty();
        tally.assertCountedOnceIn(
                EndToEndSuite.viewsIn(DriverManager.getConnection(url, database.user(), database.password())));
    }

    @Test
    void whileTheDatabaseIsStoppedViewsAreAcceptedAndThenCountedOnce() throws Exception {
        PacedLoad load = load(5);
        load.awaitSecond(1);
        database.stop();
        load.awaitSecond(4);
        database.cont();
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
        database.stop();
        load.awaitSecond(27);
        long heapEarly = demo.heapBytes();
        load.awaitSecond(57);
        long heapLate = demo.heapBytes();
        database.cont();
        load.awaitEnd();

        double before = load.p99Millis(10, 25);
        double stopped = load.p99Millis(28, 57);
        System.out.printf(
                "POST p99, median of seconds: %.2f ms before, %.2f ms stopped; max %.1f and %.1f ms; heap %,d, %,d and %,d kB%n",
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
