package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.ForwardingJournal;
import io.github.doorbuster.pvpool.OwnThreads;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import jakarta.servlet.ServletException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PvPoolServletIT {

    private final String url = "jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());

    @TempDir
    Path folder;

    private boolean async = true;
    private final OwnThreads threads = new OwnThreads();
    private final Server server = new Server();
    private final ServletContextHandler context = new ServletContextHandler("/");
    private final HttpClient client = HttpClient.newHttpClient();
    private URI address = URI.create("http://127.0.0.1/");

    private void start(PvPoolServlet servlet, Map<String, String> params) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(async);
        holder.setInitOrder(1);
        params.forEach(holder::setInitParameter);
        context.addServlet(holder, "/items/pvc");
        server.setHandler(context);
        threads.call(() -> {
            server.start();
            return server;
        });
        address = URI.create("http://127.0.0.1:%d/items/pvc".formatted(connector.getLocalPort()));
    }

    private void startWithJournal(boolean asyncSupported) throws Exception {
        async = asyncSupported;
        start(
                new PvPoolServlet(),
                with(Map.of("journalDir", folder.resolve("journal").toString())));
    }

    /** Init-params for a new database, flushed every 50 ms, and those given. */
    private Map<String, String> with(Map<String, String> params) {
        Map<String, String> all = new HashMap<>(Map.of("jdbcUrl", url, "createTables", "true", "flushMillis", "50"));
        all.putAll(params);
        return all;
    }

    private static String numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(","));
    }

    private HttpResponse<String> postWithKey(String key, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void startOwnPool() throws Exception {
        start(new PvPoolServlet(), with(Map.of()));
    }

    @AfterEach
    void stopServer() throws Exception {
        server.stop();
    }

    private HttpResponse<String> post(String contentType, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body) throws Exception {
        return post("application/json", body);
    }

    private HttpResponse<String> get(String query) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address + query)).build(), BodyHandlers.ofString());
    }

    private PvPoolSnapshot stats() {
        return (PvPoolSnapshot) ((Supplier<?>) context.getServletContext().getAttribute("stats.pvpool")).get();
    }

    @Test
    void acceptsViewsAndReturnsCounts() throws Exception {
        startOwnPool();
        HttpResponse<String> accepted = post("{\"item_ids\":[1,\"m2\",1]}");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.body()).isEqualTo("{\"accepted\":3}");
        assertThat(accepted.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        assertThat(get("?item_ids=1,m2").body()).isEqualTo("{\"pvc\":{\"1\":2,\"m2\":1}}");
        assertThat(stats().acceptedViews()).isEqualTo(3);
    }

    @Test
    void invalidJsonIsDescribedWithoutTextOfTheParser() throws Exception {
        startOwnPool();
        assertThat(post("{\"item_ids\":[1,2").body())
                .contains("the body is not JSON at line 1, column")
                .doesNotContain("Source")
                .doesNotContain("REDACTED");
    }

    @Test
    void acceptsBeacon() throws Exception {
        startOwnPool();
        assertThat(post("text/plain;charset=UTF-8", "{\"item_ids\":[1]}").statusCode())
                .isEqualTo(202);
    }

    @Test
    void getAcceptsEncodedComma() throws Exception {
        startOwnPool();
        post("{\"item_ids\":[\"a,b\"]}");
        assertThat(get("?item_ids=a%2Cb").body()).isEqualTo("{\"pvc\":{\"a,b\":1}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"ids\":[1]}",
                "{\"item_ids\":1}",
                "{\"item_ids\":[1],\"x\":1}",
                "{\"item_ids\":[1],\"item_ids\":[2]}",
                "{\"item_ids\":[1]} x",
                "{\"key\":\"k\"}",
                "{\"item_ids\":[1],\"key\":1}",
                "{\"item_ids\":[1],\"key\":\"a b\"}",
                "{\"counts\":[1]}",
                "{\"counts\":{\"1\":\"2\"}}",
                "{\"counts\":{\"1\":1.5}}",
                "{\"counts\":{\"1\":0}}",
                "{\"counts\":{\"1\":-1}}",
                "{\"counts\":{\"1\":-99999999999999999999}}",
                "{\"counts\":{\"1\":1},\"counts\":{\"1\":1}}",
                "{\"counts\":{\"a b\":1}}",
                "{\"item_ids\":[1]",
                "{\"item_ids\":[1.5]}",
                "{\"item_ids\":[1e3]}",
                "{\"item_ids\":[null]}",
                "{\"item_ids\":[true]}",
                "{\"item_ids\":[[1]]}",
                "{\"item_ids\":[{\"a\":1}]}",
                "{\"item_ids\":[1,\"\"]}",
                "{\"item_ids\":[1,\"a b\"]}",
                "{\"item_ids\":[1,\"a\\nb\"]}",
                "{\"item_ids\":[1,\"\u00e9\"]}",
                "{\"item_ids\":[1,\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"]}",
                "{\"item_ids\":[1,99999999999999999999999999999999999999999999999999999999999999999]}"
            })
    void invalidBodyGets400AndCountsNothing(String body) throws Exception {
        startOwnPool();
        HttpResponse<String> answer = post(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":\"").endsWith("\"}");
        assertThat(stats().acceptedViews()).isZero();
        assertThat(get("?item_ids=1").body()).isEqualTo("{\"pvc\":{\"1\":0}}");
    }

    @Test
    void largeIntegersAreExactIds() throws Exception {
        startOwnPool();
        post("{\"item_ids\":[9007199254740993,9007199254740992]}");
        assertThat(get("?item_ids=9007199254740993").body()).isEqualTo("{\"pvc\":{\"9007199254740993\":1}}");
    }

    @Test
    void tooLargeRequestsGet413() throws Exception {
        startOwnPool();
        assertThat(post("{\"item_ids\":[1" + ",1".repeat(1000) + "]}").statusCode())
                .isEqualTo(413);
        HttpResponse<String> long413 = post("{\"item_ids\":[" + " ".repeat(200_000) + "1]}");
        assertThat(long413.statusCode()).isEqualTo(413);
        assertThat(long413.body()).contains("maxBodyBytes=131072");
        HttpResponse<String> chunked = client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(" ".repeat(200_000))))
                        .build(),
                BodyHandlers.ofString());
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(post(" ".repeat(50_000_000)).statusCode()).isEqualTo(413);
        assertThat(stats().acceptedRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data"})
    void otherContentTypesGet415(String type) throws Exception {
        startOwnPool();
        HttpResponse<String> answer = post(type, "{\"item_ids\":[1]}");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH"})
    void otherMethodsGet405(String method) throws Exception {
        startOwnPool();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(address)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, POST");
        assertThat(answer.body()).startsWith("{\"error\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?item_ids=", "?item_ids=a,", "?item_ids=a%20b", "?other=1"})
    void invalidQueryGets400(String query) throws Exception {
        startOwnPool();
        HttpResponse<String> answer = get(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":");
    }

    @Test
    void getReturnsAtMostThousandCounts() throws Exception {
        startOwnPool();
        assertThat(get("?item_ids=" + numbers(1000)).statusCode()).isEqualTo(200);
        assertThat(get("?item_ids=" + numbers(1001)).statusCode()).isEqualTo(413);
    }

    @Test
    void fullPoolGets503WithRetryAfter() throws Exception {
        start(new PvPoolServlet(), with(Map.of("flushMillis", "3600000", "maxPendingItems", "1000", "maxIds", "2000")));
        HttpResponse<String> answer = post("{\"item_ids\":[" + numbers(1001) + "]}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains("maxPendingItems=1000");
    }

    @Test
    void destroyLeavesGivenPoolOpen() throws Exception {
        JdbcPvStore store = JdbcPvStore.ofUrl(
                url, "", "", JdbcConfig.builder().createTables(true).build());
        try (PvPool pool = PvPool.builder().store(store).build()) {
            start(new PvPoolServlet(pool), Map.of("maxIds", "1"));
            assertThat(post("{\"item_ids\":[1]}").statusCode()).isEqualTo(202);
            assertThat(post("{\"item_ids\":[1,2]}").statusCode()).isEqualTo(413);
            server.stop();
            assertThat(pool.add(new Views(List.of("1"))).toCompletableFuture().join())
                    .isEqualTo(1);
            assertThat(pool.counts(List.of("1"))).containsEntry("1", 2L);
        }
    }

    @Test
    void destroyWritesViewsAndEndsThreads() throws Exception {
        startOwnPool();
        post("{\"item_ids\":[1,1]}");
        assertThat(threads.ofPool()).containsExactly("doorbuster-pvpool-flusher");
        server.stop();
        JdbcPvStore store = JdbcPvStore.ofUrl(url, "", "", JdbcConfig.builder().build());
        assertThat(store.read(List.of("1"), List.of()).counts()).containsEntry("1", 2L);
        await().until(() -> threads.ofPool().isEmpty());
        assertThat(context.getServletContext().getAttribute("stats.pvpool")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flushMilis|100|no such key; the keys are",
                "flushMillis|soon|must be a whole number",
                "flushMillis|1|flushMillis=1: must be between 10 and",
                "table|item_pv; DROP TABLE x|must be a letter or underscore",
                "createTables|yes|must be true or false",
                "dataSource|java:comp/env/none|exactly one must be set"
            })
    void invalidInitParamStopsInit(String key, String value, String rule) {
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(() -> start(new PvPoolServlet(), Map.of("jdbcUrl", url, key, value)))
                .withMessageContaining(key)
                .withMessageContaining(rule);
    }

    @Test
    void missingTablesStopInit() {
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(() -> start(new PvPoolServlet(), Map.of("jdbcUrl", url)))
                .withMessageContaining("table=item_pv")
                .withMessageContaining("createTables=true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsViewsWithJournal(boolean asyncSupported) throws Exception {
        startWithJournal(asyncSupported);
        for (int i = 0; i < 20; i++) {
            assertThat(post("{\"item_ids\":[1,2]}").statusCode()).isEqualTo(202);
        }
        assertThat(get("?item_ids=1,2").body()).isEqualTo("{\"pvc\":{\"1\":20,\"2\":20}}");
        assertThat(stats().journal()).containsEntry("failures", 0L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hangingDiskGets503AfterAcceptMillis(boolean asyncSupported) throws Exception {
        async = asyncSupported;
        JdbcPvStore store = JdbcPvStore.ofUrl(
                url, "", "", JdbcConfig.builder().createTables(true).build());
        try (PvPool pool = PvPool.builder()
                .store(store)
                .journal(ForwardingJournal.withoutAnswers(append -> {})) // the disk never responds
                .build()) {
            start(new PvPoolServlet(pool), Map.of("acceptMillis", "100"));
            HttpResponse<String> answer = post("{\"item_ids\":[1]}");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("acceptMillis=100").contains("Idempotency-Key");
            server.stop();
        }
        await().until(() -> threads.ofPool().isEmpty());
    }

    @Test
    void repeatedKeyCountsOnce() throws Exception {
        startWithJournal(true);
        assertThat(postWithKey("k1", "{\"item_ids\":[1,1]}").body()).isEqualTo("{\"accepted\":2}");
        assertThat(postWithKey("k1", "{\"item_ids\":[1,1]}").body()).isEqualTo("{\"accepted\":2}");
        assertThat(postWithKey("k1", "{\"item_ids\":[2]}").statusCode()).isEqualTo(422);
        assertThat(postWithKey("no spaces", "{\"item_ids\":[2]}").statusCode()).isEqualTo(400);
        assertThat(get("?item_ids=1,2").body()).isEqualTo("{\"pvc\":{\"1\":2,\"2\":0}}");
        assertThat(stats().repeatedRequests()).isEqualTo(1);
    }

    @Test
    void withoutDatabaseAcceptsViewsAndRejectsReads() throws Exception {
        start(new PvPoolServlet(), Map.of("jdbcUrl", "jdbc:mysql://127.0.0.1:1/shop", "closeMillis", "100"));
        assertThat(post("{\"item_ids\":[1]}").statusCode()).isEqualTo(202);
        HttpResponse<String> answer = get("?item_ids=1");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void initLogsSettingsWithoutPassword() throws Exception {
        try (LogLines log = LogLines.of(PvPoolServlet.class)) {
            start(new PvPoolServlet(), with(Map.of("jdbcUser", "sa", "jdbcPassword", "s3cret")));
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(
                            "jdbcUser=sa", "jdbcPassword=***", "flushMillis=50", "segmentBytes=67108864", "maxIds=1000")
                    .contains("createTables=true", url.split(";")[0])
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void initLogsSettingsOfGivenPool() throws Exception {
        JdbcPvStore store = JdbcPvStore.ofUrl(
                url, "", "", JdbcConfig.builder().createTables(true).build());
        try (LogLines log = LogLines.of(PvPoolServlet.class);
                PvPool pool = PvPool.builder().store(store).build()) {
            start(new PvPoolServlet(pool), Map.of("maxIds", "7"));
            assertThat(log.lines()).singleElement().asString().contains("flushMillis=1000", "maxIds=7");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://shop:s3cret@127.0.0.1:1/shop",
                "jdbc:mysql://shop:s3cret@127.0.0.1:x:/[",
                "jdbc:mysql://address=(host=127.0.0.1)(port=1)(password=s3cret/shop",
                "jdbc:mysql://127.0.0.1:1/shop?password=s3cret&connectTimeout=soon",
                "jdbc:h2:mem:shop;PASSWORD=s3cret;NO_SUCH_SETTING=1",
                "jdbc:none://shop:s3cret@127.0.0.1/shop",
                "shop:s3cret:127.0.0.1"
            })
    void failedInitHidesPasswordInUrl(String secretUrl) {
        StringWriter printed = new StringWriter();
        try (LogLines log = LogLines.of(PvPoolServlet.class)) {
            start(new PvPoolServlet(), Map.of("jdbcUrl", secretUrl, "closeMillis", "100"));
            log.lines().forEach(printed::write);
        } catch (Exception e) {
            e.printStackTrace(new PrintWriter(printed));
        }
        assertThat(printed.toString()).isNotEmpty().doesNotContain("s3cret");
    }
}
