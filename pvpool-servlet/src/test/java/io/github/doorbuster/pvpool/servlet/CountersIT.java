package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.pvpool.PvPoolSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts of several views, keys in the body, and several pools in one application. */
@Timeout(60)
class CountersIT {

    private final String url = "jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ServletContextHandler context = new ServletContextHandler("/");
    private final HttpClient client = HttpClient.newHttpClient();

    private void add(String path, Map<String, String> params) {
        ServletHolder holder = new ServletHolder(new PvPoolServlet());
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        Map.of("jdbcUrl", url, "createTables", "true", "flushMillis", "50").forEach(holder::setInitParameter);
        params.forEach(holder::setInitParameter);
        context.addServlet(holder, path);
    }

    private void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(connector.getLocalPort(), pathAndQuery)));
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).header("Content-Type", "text/plain");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private String get(String pathAndQuery) throws Exception {
        return client.send(request(pathAndQuery).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void countsAndIdsAddUp() throws Exception {
        add("/pvc", Map.of());
        start();

        String body = "{\"counts\":{\"1\":3,\"m2\":1},\"item_ids\":[1,\"m2\",7]}";
        assertThat(post("/pvc", body).body()).isEqualTo("{\"accepted\":7}");

        assertThat(get("/pvc?item_ids=1,m2,7")).isEqualTo("{\"pvc\":{\"1\":4,\"m2\":2,\"7\":1}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"counts\":{\"1\":11}}",
                "{\"counts\":{\"1\":5,\"2\":6}}",
                "{\"item_ids\":[1,2],\"counts\":{\"1\":9}}",
                "{\"counts\":{\"1\":10},\"item_ids\":[1]}",
                "{\"counts\":{\"1\":9223372036854775807}}",
                "{\"counts\":{\"1\":99999999999999999999}}"
            })
    void theSumOfTheCountsIsLimited(String body) throws Exception {
        add("/pvc", Map.of("maxIds", "10"));
        start();

        HttpResponse<String> answer = post("/pvc", body);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("more than maxIds=10 views");
        assertThat(get("/pvc?item_ids=1")).isEqualTo("{\"pvc\":{\"1\":0}}");
    }

    @Test
    void countsMayBeNegativeWhereThatIsAllowed() throws Exception {
        add("/views", Map.of());
        add("/likes", Map.of("name", "likes", "table", "item_likes", "allowNegative", "true", "maxIds", "9"));
        start();
        String body = "{\"counts\":{\"1\":2,\"2\":-3}}";
        assertThat(post("/views", body).statusCode()).isEqualTo(400);
        assertThat(post("/views", body).body()).contains("the count of \\\"2\\\" is -3, must be 1 or more");
        assertThat(post("/likes", "{\"counts\":{\"1\":0}}").body()).contains("must be an integer that is not 0");
        assertThat(post("/likes", "{\"counts\":{\"1\":5,\"2\":-5}}").statusCode())
                .isEqualTo(413);
        assertThat(post("/likes", "{\"counts\":{\"1\":-9223372036854775808}}").statusCode())
                .isEqualTo(413);

        assertThat(post("/likes", body).body()).isEqualTo("{\"accepted\":5}");
        assertThat(post("/likes", "{\"counts\":{\"1\":-1}}").statusCode()).isEqualTo(202);
        assertThat(get("/likes?item_ids=1,2")).isEqualTo("{\"pvc\":{\"1\":1,\"2\":-3}}");
    }

    @Test
    void aKeyInTheBodyIsThatOfTheHeader() throws Exception {
        add("/pvc", Map.of());
        start();
        String body = "{\"item_ids\":[1],\"key\":\"a\"}";

        assertThat(post("/pvc", body).statusCode()).isEqualTo(202);
        assertThat(post("/pvc", body).statusCode()).isEqualTo(202);
        assertThat(post("/pvc", "{\"item_ids\":[1]}", "Idempotency-Key", "a").statusCode())
                .isEqualTo(202);
        assertThat(post("/pvc", body, "Idempotency-Key", "b").body())
                .contains("key and the header Idempotency-Key are different");

        assertThat(get("/pvc?item_ids=1")).isEqualTo("{\"pvc\":{\"1\":1}}");
    }

    @Test
    void poolsWithNamesCountSideBySide() throws Exception {
        add("/views", Map.of());
        add("/likes", Map.of("name", "likes", "table", "item_likes"));
        add("/downloads", Map.of("name", "downloads", "table", "item_downloads", "countColumn", "downloads"));
        start();

        post("/views", "{\"item_ids\":[1]}");
        post("/likes", "{\"counts\":{\"1\":2}}");
        post("/downloads", "{\"counts\":{\"1\":3,\"2\":1}}");

        assertThat(get("/views?item_ids=1")).isEqualTo("{\"pvc\":{\"1\":1}}");
        assertThat(get("/likes?item_ids=1")).isEqualTo("{\"pvc\":{\"1\":2}}");
        assertThat(get("/downloads?item_ids=1,2")).isEqualTo("{\"pvc\":{\"1\":3,\"2\":1}}");
        assertThat(accepted("stats.pvpool")).isEqualTo(1);
        assertThat(accepted("stats.pvpool.likes")).isEqualTo(2);
        assertThat(accepted("stats.pvpool.downloads")).isEqualTo(4);
        server.stop();
        assertThat(context.getServletContext().getAttribute("stats.pvpool.likes"))
                .isNull();
    }

    private long accepted(String section) {
        Supplier<?> snapshot = (Supplier<?>) context.getServletContext().getAttribute(section);
        return ((PvPoolSnapshot) snapshot.get()).acceptedViews();
    }

    @Test
    void twoPoolsWithOneNameDoNotStart() {
        add("/likes", Map.of("name", "likes"));
        add("/more-likes", Map.of("name", "likes"));

        assertThatThrownBy(this::start)
                .hasMessageContaining("init-param name=likes: another PvPoolServlet of this application has this name");
    }
}
