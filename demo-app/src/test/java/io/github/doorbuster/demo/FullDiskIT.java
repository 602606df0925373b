package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.Runbook;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the journal is full: views get 503, no accepted view is lost, and the pool recovers by itself. */
@Timeout(240)
class FullDiskIT {

    private static final int REQUESTS = 2000;
    private static final List<String> IDS = IntStream.range(0, 1000)
            .mapToObj("an-item-with-a-long-name-%036d"::formatted)
            .toList();

    @TempDir
    Path folder;

    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private final ExpectedViews expected = new ExpectedViews();
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

    /** Sends views that take 61 kB in the journal. */
    private HttpReply post() throws Exception {
        HttpReply answer = client.view(IDS);
        expected.add(answer.status(), IDS);
        return answer;
    }

    private int status() throws Exception {
        return post().status();
    }

    private void assertRejected(HttpReply answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(answer.text()).contains("journal");
    }

    private void assertEveryViewIsCountedOnce() throws SQLException {
        expected.assertCountedOnceIn(database.views());
    }

    @Test
    void aFailedWriteLosesNoAcceptedView() throws Exception {
        Path journal = folder.resolve("journal");
        serve(DemoProcess.startWithFileLimit(1024, database.options(journal)));
        HttpReply answer = post();
        for (int i = 0; i < REQUESTS && answer.status() == 202; i++) {
            answer = post();
        }
        assertRejected(answer);
        await().until(() -> status() == 202);
        Runbook.assertLogged("disk is full", demo.log());
        demo.close();

        serve(DemoProcess.start(database.options(journal)));
        client.awaitWritten();
        assertThat(expected.accepted(IDS.get(0))).isPositive();
        assertEveryViewIsCountedOnce();
    }

    @Test
    @Tag("thorough")
    void aFullDiskAndAKillLoseNoAcceptedView() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder)) {
            serve(DemoProcess.start(database.options(disk.folder().resolve("journal"))));
            assertThat(status()).isEqualTo(202);
            HttpReply answer = post();
            for (int i = 0; i < REQUESTS && answer.status() == 202; i++) {
                disk.fill();
                answer = post();
            }
            assertRejected(answer);
            assertThat(client.get("/items/pvc?item_ids=" + IDS.get(0)).status()).isEqualTo(200);
            assertThat(client.stats()
                            .at("/pvpool/rejected_requests/journal_failed")
                            .asLong())
                    .isPositive();
            demo.close();

            serve(DemoProcess.start(database.options(disk.folder().resolve("journal"))));
            client.awaitWritten();
            assertEveryViewIsCountedOnce();
            disk.fill();
            assertRejected(post());
            disk.free();
            assertThat(status()).isEqualTo(202);
            client.awaitWritten();
            demo.close();
            assertEveryViewIsCountedOnce();
        }
    }
}
