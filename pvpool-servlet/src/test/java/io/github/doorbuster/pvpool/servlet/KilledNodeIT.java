package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.MariaDbServer;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node is killed with SIGKILL at random moments, while it starts, recovers and serves. */
@Timeout(600)
class KilledNodeIT {

    private static final int ROUNDS = Integer.getInteger("doorbuster.rounds", 3);
    private static final int CLIENTS = 4;

    @TempDir
    Path folder;

    private final MariaDbServer database = MariaDbServer.shared();
    private final String url =
            database.jdbcUrl("kill_" + UUID.randomUUID().toString().substring(0, 8));
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
    private final AtomicBoolean done = new AtomicBoolean();
    private final int port = freePort();
    private Process node;

    @AfterEach
    void endNode() {
        done.set(true);
        executor.shutdownNow();
        node.destroyForcibly();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void startNode() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        node = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        PvPoolProcess.class.getName(),
                        String.valueOf(port),
                        url,
                        database.user(),
                        database.password(),
                        folder.resolve("journal").toString())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "node.log"))
                .start();
    }

    private int post(List<String> ids, @Nullable String key) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/items/pvc".formatted(port)))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"item_ids\":[\"" + String.join("\",\"", ids) + "\"]}"));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Repeats each request under its key until it is accepted. */
    private Tally clientWithKeys(int number) throws InterruptedException {
        Tally tally = new Tally();
        for (int i = 0; !done.get(); i++) {
            List<String> ids = List.of("keyed", "keyed-" + i % 50, "keyed-" + number);
            String key = UUID.randomUUID().toString();
            while (post(ids, key) != 202) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            ids.forEach(id -> tally.accepted.merge(id, 1L, Long::sum));
        }
        return tally;
    }

    /** Sends each request once. */
    private Tally clientWithoutKeys(int number) throws InterruptedException {
        Tally tally = new Tally();
        for (int i = 0; !done.get(); i++) {
            List<String> ids = List.of("plain", "plain-" + i % 50, "plain-" + number);
            Map<String, Long> sum = post(ids, null) == 202 ? tally.accepted : tally.unanswered;
            ids.forEach(id -> sum.merge(id, 1L, Long::sum));
        }
        return tally;
    }

    private Map<String, Long> counts() throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url, database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    @Test
    void whatWasAcknowledgedIsCountedOnceHoweverOftenTheNodeIsKilled() throws Exception {
        Random random = new Random();
        startNode();
        List<Future<Tally>> clients = new ArrayList<>();
        for (int n = 0; n < CLIENTS; n++) {
            int number = n;
            clients.add(executor.submit(() -> number % 2 == 0 ? clientWithKeys(number) : clientWithoutKeys(number)));
        }
        for (int round = 0; round < ROUNDS; round++) {
            // every third kill comes early, while the node starts and recovers
            TimeUnit.MILLISECONDS.sleep(round % 3 == 2 ? 300 + random.nextInt(900) : 2000 + random.nextInt(1500));
            node.destroyForcibly().waitFor();
            startNode();
        }
        TimeUnit.MILLISECONDS.sleep(2500);
        done.set(true);
        Tally all = new Tally();
        for (Future<Tally> client : clients) {
            Tally tally = client.get();
            tally.accepted.forEach((id, views) -> all.accepted.merge(id, views, Long::sum));
            tally.unanswered.forEach((id, views) -> all.unanswered.merge(id, views, Long::sum));
        }
        node.destroy();
        assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(all.accepted.get("keyed")).isGreaterThan(10);
        assertThat(all.accepted.get("plain")).isGreaterThan(10);
        Map<String, Long> counts = counts();
        all.accepted.forEach((id, accepted) -> {
            long unanswered = id.startsWith("keyed") ? 0 : all.unanswered.getOrDefault(id, 0L);
            assertThat(counts.get(id)).as(id).isBetween(accepted, accepted + unanswered);
        });
    }

    private static final class Tally {
        final Map<String, Long> accepted = new TreeMap<>();
        final Map<String, Long> unanswered = new TreeMap<>();
    }
}
