package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.ForwardingJournal;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PvPoolServletIT extends ServletOnJetty {

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
}
