package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.KitThreads;
import io.github.doorbuster.testing.LogCapture;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.Parallel;
import io.github.doorbuster.testing.Ports;
import io.github.doorbuster.testing.RawHttpClient;
import io.github.doorbuster.testing.Runbook;
import io.github.doorbuster.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PvPoolServlet} with its counts in a real MariaDB. */
@OnEveryContainer
class PvPoolServletContainerIT {

    private static final String PATH = "/items/pvc";

    private final ServletContainer container;
    private final MariaDbServer mariaDb = MariaDbServer.shared();
    private final String database;

    PvPoolServletContainerIT(ContainerVersion version) {
        container = version.running();
        database = "containers_" + version.name().toLowerCase(Locale.ROOT);
    }

    @BeforeEach
    void deploy() throws Exception {
        try (Connection connection = mariaDb.dataSource(database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS item_pv");
        }
        deploy(Map.of());
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
        await().untilAsserted(() -> assertThat(KitThreads.alive()).isEmpty());
    }

    @Test
    void acceptsViewsAndReturnsThem() throws IOException {
        HttpReply accepted = postJson("{\"item_ids\":[1,\"m2\",1]}");
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.text()).isEqualTo("{\"accepted\":3}");

        HttpReply counts = RawHttpClient.get(container.uri(), PATH + "?item_ids=1,m2,none");
        assertThat(counts.status()).isEqualTo(200);
        assertThat(counts.text()).isEqualTo("{\"pvc\":{\"1\":2,\"m2\":1,\"none\":0}}");
    }

    @Test
    void undeployWritesEveryAcceptedView() throws Exception {
        Map<String, Long> accepted = new ConcurrentHashMap<>();
        Parallel.run(8, client -> sendViews(new Random(client), accepted));

        container.undeploy();

        assertThat(storedViews()).isEqualTo(new TreeMap<>(accepted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | application/json | {\"item_ids\":[1 | 400",
                "POST | application/json | {\"item_ids\":[\"a\\nb\"]} | 400",
                "POST | application/json | {\"ids\":[1]} | 400",
                "POST | application/xml | <ids/> | 415",
                "PUT | application/json | {\"item_ids\":[1]} | 405",
                "DELETE | application/json | '' | 405"
            })
    void rejectsBadRequests(String method, String type, String body, int status) throws IOException {
        HttpReply reply = RawHttpClient.send(container.uri(), method, PATH, Map.of("Content-Type", type), body);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text()).startsWith("{\"error\":");
        assertThat(RawHttpClient.get(container.uri(), PATH + "?item_ids=1").text())
                .isEqualTo("{\"pvc\":{\"1\":0}}");
    }

    @Test
    void countsOnlyWhatIsWorthCounting() throws Exception {
        deploy(Map.of(
                "idPattern", "[0-9]+",
                "unknownIds", "DROP",
                "allowedOrigins", "https://shop.example",
                "perClient", "4",
                "trustedProxies", "127.0.0.0/8"));
        assertThat(postFrom("192.0.2.1", "https://evil.example", "[1]").status())
                .isEqualTo(403);
        assertThat(postFrom("192.0.2.1", "https://shop.example", "[1,\"x\",2]").text())
                .isEqualTo("{\"accepted\":2}");
        HttpReply beyond = postFrom("192.0.2.1", "https://shop.example", "[1,2]");
        assertThat(beyond.status()).isEqualTo(429);
        assertThat(Integer.parseInt(beyond.header("Retry-After"))).isBetween(1, 15);
        assertThat(postFrom("192.0.2.2", "https://shop.example", "[1,2]").status())
                .isEqualTo(202);
        assertThat(RawHttpClient.get(container.uri(), PATH + "?item_ids=1,2,x").text())
                .isEqualTo("{\"pvc\":{\"1\":2,\"2\":2,\"x\":0}}");
    }

    private HttpReply postFrom(String client, String origin, String ids) throws IOException {
        return RawHttpClient.send(
                container.uri(),
                "POST",
                PATH,
                Map.of("Content-Type", "application/json", "X-Forwarded-For", client, "Origin", origin),
                "{\"item_ids\":" + ids + "}");
    }

    @Test
    void rejectsTooManyViews() throws IOException {
        String ids = IntStream.range(0, 100_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        HttpReply reply = postJson("{\"item_ids\":[" + ids + "]}");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.text()).startsWith("{\"error\":");
    }

    @Test
    void startsWithoutTheDatabaseAndWritesItsViewsLater(@TempDir Path journal) throws Exception {
        Map<String, String> params = new HashMap<>(Map.of("journalDir", journal.toString(), "closeMillis", "100"));
        try (LogCapture log = new LogCapture("io.github.doorbuster")) {
            params.put("jdbcUrl", "jdbc:mysql://127.0.0.1:" + Ports.free() + "/none");
            deploy(params);
            assertThat(postJson("{\"item_ids\":[1,\"m2\",1]}").status()).isEqualTo(202);
            container.undeploy();
            Runbook.assertLogged("starts without its database", log.text());
            Runbook.assertLogged("a node did not close in time", log.text());

            params.remove("jdbcUrl");
            deploy(params);
            Runbook.assertLogged("node was killed", log.text());
        }
        await().untilAsserted(() -> assertThat(storedViews()).isEqualTo(Map.of("1", 2L, "m2", 1L)));
    }

    @Test
    void logsTheLostViewsIfThereIsNoJournal() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(mariaDb.address());
                LogCapture log = new LogCapture("io.github.doorbuster")) {
            String url = mariaDb.jdbcUrl(database).replace(mariaDb.address(), proxy.address());
            deploy(Map.of("jdbcUrl", url, "closeMillis", "100"));
            proxy.refuse(true);
            proxy.cut();
            assertThat(postJson("{\"item_ids\":[1]}").status()).isEqualTo(202);
            container.undeploy();
            Runbook.assertLogged("without a journal did not close", log.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"slots=0", "flushMillis=soon", "flushMilis=", "table=a b"})
    void aBadSettingFailsTheStart(String setting) {
        String key = setting.substring(0, setting.indexOf('='));
        String value = setting.substring(setting.indexOf('=') + 1);
        assertThatThrownBy(() -> deploy(Map.of(key, value)))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessageContaining(setting.replaceFirst("=$", "") + ": ")
                .hasMessageNotContaining("\n");
    }

    private void deploy(Map<String, String> initParams) throws DeploymentFailed {
        Map<String, String> all = new HashMap<>(Map.of(
                "jdbcUrl",
                mariaDb.jdbcUrl(database),
                "jdbcUser",
                mariaDb.user(),
                "jdbcPassword",
                mariaDb.password(),
                "createTables",
                "true",
                "flushMillis",
                "50"));
        all.putAll(initParams);
        container.undeploy();
        container.deploy(context ->
                Servlets.servlet(context, PATH, new PvPoolServlet(), all).setAsyncSupported(true));
    }

    private HttpReply postJson(String json) throws IOException {
        return KitClient.postJson(container.uri(), PATH, json);
    }

    private void sendViews(Random random, Map<String, Long> accepted) throws IOException {
        for (int request = 0; request < 50; request++) {
            int[] items = random.ints(1 + random.nextInt(20), 0, 50).toArray();
            String ids = IntStream.of(items).mapToObj(Integer::toString).collect(Collectors.joining(","));
            HttpReply reply = postJson("{\"item_ids\":[" + ids + "]}");
            assertThat(reply.status()).isEqualTo(202);
            IntStream.of(items).forEach(item -> accepted.merge(Integer.toString(item), 1L, Long::sum));
        }
    }

    private Map<String, Long> storedViews() throws Exception {
        Map<String, Long> views = new TreeMap<>();
        try (Connection connection = mariaDb.dataSource(database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                views.put(rows.getString(1), rows.getLong(2));
            }
        }
        return views;
    }
}
