package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.Parallel;
import io.github.doorbuster.testing.Ports;
import io.github.doorbuster.testing.Runbook;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo is killed with SIGKILL while it starts, recovers, serves and writes, and clients continue. */
@Timeout(900)
class KilledDemoIT {

    private static final int ROUNDS = Integer.getInteger("doorbuster.rounds", 4);
    private static final int CLIENTS = 4;
    private static final int ITEMS = 4000; // four chunks in a flush, so that a kill can hit between two of them
    private static final int IDS = 10;
    private static final int PAUSE_MILLIS = 2; // so that the clients do not take the processor from the demo
    private static final int NOT_SENT = -1;
    /** Half of the default of idempotencySeconds: on a busy machine, two starts in a row take longer than that. */
    private static final long KEY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long ENOUGH_VIEWS = 1000;

    @TempDir
    Path folder;

    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private final Random random = new Random();
    private final int port = Ports.free();
    private final ExpectedViews expected = new ExpectedViews();
    private final AtomicBoolean done = new AtomicBoolean();
    private DemoProcess demo;

    @AfterEach
    void endDemo() {
        done.set(true);
        demo.close();
    }

    private void launch() {
        List<String> options = new ArrayList<>(database.options(folder.resolve("journal")));
        options.add("--port=" + port);
        demo = DemoProcess.launch(options, Map.of());
    }

    /**
     * Even clients repeat each request with its key until it is accepted, but not for so long that the demo may have
     * forgotten the key (idempotencySeconds); odd ones send each request once.
     */
    private void client(int number) throws InterruptedException {
        DemoClient client = new DemoClient(URI.create("http://127.0.0.1:" + port));
        boolean keyed = number % 2 == 0;
        Random items = new Random(number);
        while (!done.get()) {
            List<String> ids = Stream.generate(() -> (keyed ? "keyed" : "plain") + items.nextInt(ITEMS / 2))
                    .limit(IDS)
                    .toList();
            String key = keyed ? UUID.randomUUID().toString() : "";
            long began = System.nanoTime();
            int status = status(client, ids, key);
            while (keyed && status != 202 && System.nanoTime() - began < KEY_NANOS) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                status = status(client, ids, key);
            }
            if (keyed || status != NOT_SENT) {
                expected.add(status, ids);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static int status(DemoClient client, List<String> ids, String key) throws InterruptedException {
        try {
            return (key.isEmpty() ? client.view(ids) : client.view(ids, key)).status();
        } catch (ConnectException e) {
            return NOT_SENT;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Kills it at a random moment between two flushes, which are a second apart. */
    private void killWhileItServes() throws InterruptedException {
        demo.uri();
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1_300));
        demo.close();
    }

    /** Kills it at a random moment of its start. */
    private void killBeforeItListens() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        demo.close();
    }

    /** Kills it when it first changes the journal of an earlier process, to seal the open segment. */
    private void killWhileItRecovers() throws InterruptedException {
        while (!recovers()) {
            killWhileItServes(); // the last kill left no open segment
            launch();
        }
        demo.close();
    }

    private boolean recovers() {
        Map<Path, Long> left = segments();
        waitFor(() -> demo.isListening() || !segments().equals(left));
        return !demo.isListening();
    }

    /** Kills it when some chunks of a segment are committed, and others perhaps not. */
    private void killWhileItWrites() throws SQLException {
        while (!killedDuringWrite()) {
            launch();
        }
    }

    private boolean killedDuringWrite() throws SQLException {
        demo.uri();
        try (Connection connection = database.connection()) {
            long before = appliedViews(connection);
            waitFor(() -> appliedViews(connection) > before);
            demo.close();
            return appliedViews(connection) > 0;
        }
    }

    private static void waitFor(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
                throw new IllegalStateException("the condition for the kill did not become true within a minute");
            }
            Thread.onSpinWait();
        }
    }

    private Map<Path, Long> segments() {
        Map<Path, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
            for (Path file : files.toList()) {
                sizes.put(file, Files.size(file));
            }
            return sizes;
        } catch (IOException e) {
            return sizes; // a deleted file is a change as well
        }
    }

    private static long appliedViews(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COALESCE(SUM(views), 0) FROM item_pv_ledger")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void countsAcceptedViewsOnceOverManyKills() throws Exception {
        launch();
        CompletableFuture<Void> clients = CompletableFuture.runAsync(() -> {
            try {
                Parallel.run(CLIENTS, this::client);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            switch (round % 4) {
                case 0 -> killWhileItServes();
                case 1 -> killWhileItRecovers();
                case 2 -> killBeforeItListens();
                default -> killWhileItWrites(); // the last kill leaves a segment to recover
            }
            launch();
        }
        demo.uri();
        await().until(() -> expected.accepted("keyed") > ENOUGH_VIEWS && expected.accepted("plain") > ENOUGH_VIEWS);
        done.set(true);
        clients.get(60, TimeUnit.SECONDS);
        new DemoClient(demo.uri()).awaitWritten();
        Runbook.assertLogged("node was killed", demo.log());
        assertThat(demo.terminate()).isEqualTo(128 + 15);

        expected.assertCountedOnceIn(database.views());
    }

    @Test
    void setsADamagedSegmentAside() throws Exception {
        launch();
        DemoClient client = new DemoClient(demo.uri());
        try (Connection holder = database.connection();
                Connection observer = database.connection();
                Statement lock = holder.createStatement()) {
            lock.execute("LOCK TABLES item_pv WRITE");
            assertThat(client.view(List.of("intact")).status()).isEqualTo(202);
            await().until(() -> waitsForTable(observer)); // so that nothing seals the segment of the views below
            for (int i = 0; i < 20; i++) {
                assertThat(client.view(List.of("m" + i)).status()).isEqualTo(202);
            }
            demo.close();
        }
        damage(newestSegment());
        launch();
        DemoClient restarted = new DemoClient(demo.uri());
        assertThat(restarted.stats().at("/pvpool/journal/quarantined").asInt()).isEqualTo(1);
        Runbook.assertLogged("segment is quarantined", demo.log());
        restarted.awaitWritten();
        assertThat(database.views()).isEqualTo(Map.of("intact", 1L));
    }

    private boolean waitsForTable(Connection connection) throws SQLException {
        try (PreparedStatement waiting = connection.prepareStatement("SELECT 1 FROM information_schema.PROCESSLIST"
                + " WHERE DB = ? AND STATE = 'Waiting for table metadata lock'")) {
            waiting.setString(1, database.name());
            return waiting.executeQuery().next();
        }
    }

    private Path newestSegment() {
        return segments().keySet().stream()
                .filter(file -> file.toString().endsWith(".segment"))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Changes a byte in the middle of the records, so that the damage is no torn end. */
    private static void damage(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        bytes[end / 2] ^= 1;
        Files.write(segment, bytes);
    }
}
