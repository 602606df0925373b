package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.Parallel;
import jakarta.servlet.Servlet;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A shop that counts views, likes and downloads, each with a pool, a table and a journal of its own. */
class SeveralPoolsIT {

    private static final int THREADS = 4;
    private static final int REQUESTS = 50;

    @TempDir
    Path folder;

    private final MariaDbServer mariaDb = MariaDbServer.shared();
    private final DemoDatabase database = DemoDatabase.on(mariaDb);
    private final Server server = new Server();
    private final ServletContextHandler context = new ServletContextHandler("/");
    private HttpTestClient client;

    @BeforeEach
    void start() throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
        add(new StatsServlet(HttpStats.builder().build()), "/stats");
        add(new PvPoolServlet(), "/views").setInitParameters(params("views"));
        for (String name : List.of("likes", "downloads")) {
            ServletHolder named = add(new PvPoolServlet(), "/" + name);
            named.setInitParameters(params(name));
            named.setInitParameter("name", name);
        }
        server.start();
        client = new HttpTestClient(URI.create("http://127.0.0.1:" + connector.getLocalPort()));
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private ServletHolder add(Servlet servlet, String path) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        context.addServlet(holder, path);
        return holder;
    }

    private Map<String, String> params(String counted) {
        return Map.of(
                "jdbcUrl",
                mariaDb.jdbcUrl(database.name()),
                "jdbcUser",
                mariaDb.user(),
                "jdbcPassword",
                mariaDb.password(),
                "createTables",
                "true",
                "table",
                "item_" + counted,
                "journalDir",
                folder.resolve(counted).toString(),
                "flushMillis",
                "50",
                "maxRetryMillis",
                "100");
    }

    private void post(String path, Map<String, Integer> counts) throws Exception {
        StringBuilder body = new StringBuilder();
        counts.forEach((id, count) -> body.append(body.isEmpty() ? "" : ",")
                .append('"')
                .append(id)
                .append("\":")
                .append(count));
        assertThat(client.post(path, HttpTestClient.JSON, "{\"counts\":{%s}}".formatted(body))
                        .status())
                .isEqualTo(202);
    }

    private long count(String path, String id) throws Exception {
        return client.get(path + "?item_ids=" + id).json().at("/pvc/" + id).asLong();
    }

    private JsonNode section(String name) throws Exception {
        return client.get("/stats").json().get(name);
    }

    private void awaitWritten(String section) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(section(section).get("pending_views").asLong())
                                .isZero());
    }

    private long stored(String table) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT SUM(pv) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void countSideBySide() throws Exception {
        Parallel.run(THREADS, thread -> {
            for (int i = 0; i < REQUESTS; i++) {
                post("/views", Map.of("1", 3, "m" + i, 1));
                post("/likes", Map.of("1", 1));
                post("/downloads", Map.of("1", 2, "m" + thread, 5));
            }
        });
        int requests = THREADS * REQUESTS;
        assertThat(count("/views", "1")).isEqualTo(3L * requests);
        assertThat(count("/likes", "1")).isEqualTo(requests);
        assertThat(count("/downloads", "1")).isEqualTo(2L * requests);
        Map<String, Long> views = Map.of("pvpool", 4L, "pvpool.likes", 1L, "pvpool.downloads", 7L);
        for (Map.Entry<String, Long> each : views.entrySet()) {
            awaitWritten(each.getKey());
            assertThat(section(each.getKey()).get("written_views").asLong()).isEqualTo(each.getValue() * requests);
            String counted =
                    each.getKey().equals("pvpool") ? "views" : each.getKey().substring(7);
            assertThat(stored("item_" + counted)).isEqualTo(each.getValue() * requests);
            assertThat(folder.resolve(counted)).isNotEmptyDirectory();
        }
        assertThat(client.get("/stats?format=prometheus").text())
                .containsPattern("accepted_views\\S*\\{[^}]*name=\"likes\"[^}]*} %d".formatted(requests));
    }

    @Test
    void oneThatCannotWriteLeavesTheOthersAlone() throws Exception {
        execute("RENAME TABLE item_likes TO item_likes_away");
        for (String path : List.of("/views", "/likes", "/downloads")) {
            post(path, Map.of("1", 1));
        }
        awaitWritten("pvpool");
        awaitWritten("pvpool.downloads");
        assertThat(stored("item_views") + stored("item_downloads")).isEqualTo(2);
        assertThat(section("pvpool.likes").get("pending_views").asLong()).isEqualTo(1);
        execute("RENAME TABLE item_likes_away TO item_likes");
        awaitWritten("pvpool.likes");
        assertThat(stored("item_likes")).isEqualTo(1);
    }
}
