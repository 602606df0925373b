package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.MariaDbServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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

/** The demo is killed with SIGKILL time and again, while it starts, recovers, serves and writes; clients go on. */
@Timeout(900)
class KilledDemoIT {

    private static final int ROUNDS = Integer.getInteger("doorbuster.rounds", 4);
    private static final int CLIENTS = 4;
    private static final int ITEMS = 4000; // four chunks a flush, so that a kill can fall between two
    private static final int IDS = 10;
    private static final int NOT_SENT = -1;

    @TempDir
    Path folder;

    private final DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
    private final Random random = new Random();
    private final int port = freePort();
    private final ViewTally tally = new ViewTally();
    private final AtomicBoolean done = new AtomicBoolean();
    private DemoProcess demo;

    @AfterEach
    void endDemo() {
        done.set(true);
        demo.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void launch() {
        List<String> options = new ArrayList<>(database.options(folder.resolve("journal")));
        options.add("--port=" + port);
        demo = DemoProcess.launch(options, Map.of());
    }

    /** Even clients repeat each request under its key until it is accepted; odd ones send each request once. */
    private void client(int number) throws InterruptedException {
        DemoClient client = new DemoClient(URI.create("http://127.0.0.1:" + port));
        boolean keyed = number % 2 == 0;
        Random items = new Random(number);
        while (!done.get()) {
            List<String> ids = Stream.generate(() -> (keyed ? "keyed" : "plain") + items.nextInt(ITEMS / 2))
                    .limit(IDS)
                    .toList();
            if (keyed) {
                String key = UUID.randomUUID().toString();
                while (status(client, ids, key) != 202) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                tally.answered(202, ids);
            } else {
                int status = status(client, ids, "");
                if (status == NOT_SENT) {
                    TimeUnit.MILLISECONDS.sleep(20);
                } else {
                    tally.answered(status, ids);
                }
            }
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

    private void killWhileItServes() throws InterruptedException {
        demo.uri();
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(2300));
        demo.kill();
    }

    private void killBeforeItListens() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(900));
        demo.kill();
    }

    /** Kills it at the first touch of what an earlier process left in the journal: its open segment is being sealed. */
    private void killWhileItRecovers() throws InterruptedException {
        while (!recovers()) {
            killWhileItServes(); // the last kill fell between two segments and left nothing open
            launch();
        }
        demo.kill();
    }

    private boolean recovers() {
        Map<Path, Long> left = segments();
        waitFor(() -> demo.isListening() || !segments().equals(left));
        return !demo.isListening();
    }

    /** Kills it when some chunks of a segment have been committed and others perhaps not. */
    private void killWhileItWrites() throws SQLException {
        while (!killedWithSegmentInLedger()) {
            launch();
        }
    }

    private boolean killedWithSegmentInLedger() throws SQLException {
        demo.uri();
        try (Connection connection = database.connection()) {
            long before = ledgerRows(connection);
            waitFor(() -> ledgerRows(connection) > before);
            demo.kill();
            return ledgerRows(connection) > 0;
        }
    }

    private static void waitFor(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
                throw new IllegalStateException("the moment to kill has not come within a minute");
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
            return sizes; // a file went away meanwhile, which is a difference too
        }
    }

    private static long ledgerRows(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM item_pv_ledger")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatWasAcceptedIsCountedOnceHoweverOftenTheDemoIsKilled() throws Exception {
        launch();
        CompletableFuture<Void> clients = CompletableFuture.runAsync(() -> {
            try {
                Clients.together(CLIENTS, this::client);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            switch (round % 4) {
                case 0 -> killWhileItServes();
                case 1 -> killWhileItRecovers();
                case 2 -> killWhileItWrites();
                default -> killBeforeItListens();
            }
            launch();
        }
        demo.uri();
        TimeUnit.SECONDS.sleep(2);
        done.set(true);
        clients.get(60, TimeUnit.SECONDS);
        new DemoClient(demo.uri()).awaitWritten();
        assertThat(demo.terminate()).isEqualTo(128 + 15);

        assertThat(tally.accepted("keyed")).isGreaterThan(1000);
        assertThat(tally.accepted("plain")).isGreaterThan(1000);
        tally.assertCountedOnceIn(database.views());
    }
}
