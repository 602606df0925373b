package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import io.github.doorbuster.testing.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PvPoolServlet} as a container runs it, with its counts in a real MariaDB. */
@OnEveryContainer
class PvPoolServletIT {

    private static final String PATH = "/items/pvc";

    private final ServletContainer container;
    private final MariaDbServer mariaDb = MariaDbServer.shared();
    private final String url;

    PvPoolServletIT(Product product) {
        container = product.running();
        url = mariaDb.jdbcUrl("containers_" + product.name().toLowerCase(java.util.Locale.ROOT));
    }

    @BeforeEach
    void deploy() throws Exception {
        try (Connection connection = DriverManager.getConnection(url, mariaDb.user(), mariaDb.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS item_pv");
        }
        deploy(Map.of());
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
        await().untilAsserted(() -> assertThat(Threads.ofOurs()).isEmpty());
    }

    @Test
    void viewsAreAcceptedAndToldAtOnce() throws IOException {
        Wire.Answer accepted = postJson("{\"item_ids\":[1,\"m2\",1]}");
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.text()).isEqualTo("{\"accepted\":3}");

        Wire.Answer told = Wire.get(container.uri(), PATH + "?item_ids=1,m2,none");
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.text()).isEqualTo("{\"pvc\":{\"1\":2,\"m2\":1,\"none\":0}}");
    }

    @Test
    void everyAcceptedViewIsInTheDatabaseOnceTheApplicationHasEnded() throws Exception {
        Map<String, Long> accepted = new TreeMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        Map<Integer, Future<Map<String, Long>>> results = new HashMap<>();
        for (int client = 0; client < 8; client++) {
            int seed = client;
            results.put(client, clients.submit(() -> sendViews(new Random(seed))));
        }
        for (Future<Map<String, Long>> result : results.values()) {
            result.get().forEach((item, views) -> accepted.merge(item, views, Long::sum));
        }
        clients.shutdown();

        container.undeploy();

        assertThat(storedViews()).isEqualTo(accepted);
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
    void whatIsNotAViewIsRefusedAndCountsNothing(String method, String type, String body, int status)
            throws IOException {
        Wire.Answer answer = Wire.send(container.uri(), method, PATH, Map.of("Content-Type", type), Wire.bytes(body));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).startsWith("{\"error\":");
        assertThat(Wire.get(container.uri(), PATH + "?item_ids=1").text()).isEqualTo("{\"pvc\":{\"1\":0}}");
    }

    @Test
    void tooManyViewsInOneRequestAreRefused() throws IOException {
        String ids = IntStream.range(0, 100_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        Wire.Answer answer = postJson("{\"item_ids\":[" + ids + "]}");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).startsWith("{\"error\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"slots=0", "flushMillis=soon", "flushMilis=", "table=a b"})
    void aBadSettingStopsTheStartWithOneLine(String setting) {
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
                url,
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

    private Wire.Answer postJson(String json) throws IOException {
        return Wire.send(container.uri(), "POST", PATH, Map.of("Content-Type", "application/json"), Wire.bytes(json));
    }

    private Map<String, Long> sendViews(Random random) throws IOException {
        Map<String, Long> sent = new TreeMap<>();
        for (int request = 0; request < 50; request++) {
            int[] items = random.ints(1 + random.nextInt(20), 0, 50).toArray();
            String ids = IntStream.of(items).mapToObj(Integer::toString).collect(Collectors.joining(","));
            Wire.Answer answer = postJson("{\"item_ids\":[" + ids + "]}");
            assertThat(answer.status()).isEqualTo(202);
            IntStream.of(items).forEach(item -> sent.merge(Integer.toString(item), 1L, Long::sum));
        }
        return sent;
    }

    private Map<String, Long> storedViews() throws Exception {
        Map<String, Long> views = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url, mariaDb.user(), mariaDb.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT item_id, pv FROM item_pv")) {
            while (rows.next()) {
                views.put(rows.getString(1), rows.getLong(2));
            }
        }
        return views;
    }
}
