package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The journal's disk takes no more: 503, nothing accepted is lost, and it goes on by itself afterwards. */
@Timeout(120)
class FullDiskIT {

    private static final int REQUESTS = 2000;
    private static final List<String> IDS = IntStream.range(0, 1000)
            .mapToObj("an-item-with-a-long-name-%036d"::formatted)
            .toList();

    @TempDir
    Path folder;

    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private final ViewTally tally = new ViewTally();
    private DemoProcess demo;
    private DemoClient client;

    @AfterEach
    void end() {
        if (demo != null) {
            demo.close();
        }
    }

    private void serve(DemoProcess process) {
        demo = process;
        client = new DemoClient(demo.uri());
    }

    /** Sends views that take 61 kB of the journal. */
    private DemoClient.Answer post() throws Exception {
        DemoClient.Answer answer = client.view(IDS);
        tally.answered(answer.status(), IDS);
        return answer;
    }

    private int status() throws Exception {
        return post().status();
    }

    private void assertRefused(DemoClient.Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(503);
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.response().body()).contains("journal");
    }

    private void assertEveryViewIsCountedOnce() throws SQLException {
        tally.assertCountedOnceIn(database.views());
    }

    @Test
    void aFileThatMayNotGrowCostsA503AndNoAcceptedView() throws Exception {
        Path journal = folder.resolve("journal");
        serve(DemoProcess.startWithFileLimit(1024, database.options(journal)));
        DemoClient.Answer answer = post();
        for (int i = 0; i < REQUESTS && answer.status() == 202; i++) {
            answer = post();
        }
        assertRefused(answer);
        await().atMost(Duration.ofSeconds(10)).until(() -> status() == 202);
        demo.kill();

        serve(DemoProcess.start(database.options(journal)));
        client.awaitWritten();
        assertThat(tally.accepted(IDS.get(0))).isPositive();
        assertEveryViewIsCountedOnce();
    }

    @Test
    @Tag("thorough")
    void aFullDiskCosts503sAndNoAcceptedViewWhetherOrNotTheDemoIsKilledMeanwhile() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder)) {
            serve(DemoProcess.start(database.options(disk.folder().resolve("journal"))));
            assertThat(status()).isEqualTo(202);
            DemoClient.Answer answer = post();
            for (int i = 0; i < REQUESTS && answer.status() == 202; i++) {
                disk.fill();
                answer = post();
            }
            assertRefused(answer);
            assertThat(client.get("/items/pvc?item_ids=" + IDS.get(0)).status()).isEqualTo(200);
            assertThat(client.stats()
                            .at("/pvpool/rejected_requests/journal_failed")
                            .asLong())
                    .isPositive();
            demo.kill();

            serve(DemoProcess.start(database.options(disk.folder().resolve("journal"))));
            client.awaitWritten();
            assertEveryViewIsCountedOnce();
            disk.fill();
            assertRefused(post());
            disk.free();
            assertThat(status()).isEqualTo(202);
            client.awaitWritten();
            demo.kill();
            assertEveryViewIsCountedOnce();
        }
    }
}
