package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The rush of the console: who may start it, how large it may be, and what it changes. */
class ConsoleRushIT {

    private static final String PATH = "/console/rush";

    private static DemoProcess demo;

    @BeforeAll
    static void start() {
        demo = DemoProcess.start(List.of("--purchase-millis", "1"));
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static ConsoleClient console(URI shop) {
        return new ConsoleClient(shop, PATH);
    }

    private static JsonNode rush() throws Exception {
        return console(demo.uri()).controls("").get("rush");
    }

    private static HttpReply post(URI shop, String action, String body) throws Exception {
        return console(shop).send("POST", action, console(shop).headers(""), body);
    }

    private static int stock(URI shop) throws Exception {
        return new DemoClient(shop)
                .get("/api/items")
                .json()
                .at("/items/0/stock")
                .asInt();
    }

    @ParameterizedTest
    @CsvSource({
        "X-CSRF-Token, '', X-CSRF-Token is missing",
        "X-CSRF-Token, 0123456789abcdef, X-CSRF-Token is missing or wrong",
        "Origin, '', the Origin",
        "Origin, null, the Origin",
        "Origin, http://127.0.0.1:1, the Origin",
        "Origin, https://attacker.example, the Origin",
        "Host, attacker.example, the Host",
        "Host, 127.0.0.1.attacker.example, the Host",
        "X-Forwarded-For, 127.0.0.1, through a proxy"
    })
    void othersMayNotStartIt(String header, String value, String reason) throws Exception {
        int before = stock(demo.uri());
        Map<String, String> headers = console(demo.uri()).headers("");
        headers.put(header, value);

        HttpReply reply = console(demo.uri()).send("POST", "", headers, "{}");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.json().get("error").asString()).contains(reason);
        assertThat(rush().get("state").asString()).isNotEqualTo("running");
        assertThat(stock(demo.uri())).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"Host, attacker.example", "X-Forwarded-For, 127.0.0.1"})
    void othersDoNotGetTheToken(String header, String value) throws Exception {
        Map<String, String> headers = console(demo.uri()).headers("");
        headers.put(header, value);

        HttpReply reply = console(demo.uri()).send("GET", "", headers, "");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.text()).doesNotContain("csrf_token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"buyers\":0}|buyers=0: must be from 1 to 500",
                "{\"buyers\":501}|buyers=501: must be from 1 to 500",
                "{\"viewers\":65}|viewers=65: must be from 0 to 64",
                "{\"seconds\":121}|seconds=121: must be from 5 to 120",
                "{\"stock\":10001}|stock=10001: must be from 1 to 10000",
                "{\"buyers\":1.5}|send a JSON object",
                "{\"buyers\":\"1\"}|send a JSON object",
                "{\"url\":\"http://127.0.0.1:1/\"}|send a JSON object",
                "{\"item\":\"nothing\"}|the shop has no such item",
                "null|send a JSON object",
                "[]|send a JSON object",
                "{|send a JSON object"
            })
    void aBadRequestChangesNothing(String body, String reason) throws Exception {
        int before = stock(demo.uri());

        HttpReply reply = post(demo.uri(), "", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().get("error").asString()).contains(reason).doesNotContain("Source");
        assertThat(rush().get("state").asString()).isNotEqualTo("running");
        assertThat(stock(demo.uri())).isEqualTo(before);
    }

    @Test
    void aLongBodyIsRejected() throws Exception {
        assertThat(post(demo.uri(), "", "{\"item\":\"" + "x".repeat(2_000) + "\"}")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void runsOneAtATimeAndCanBeStopped() throws Exception {
        URI shop = demo.uri();
        HttpReply started =
                post(shop, "", "{\"buyers\":10,\"viewers\":2,\"seconds\":120,\"stock\":9000,\"item\":\"1\"}");
        assertThat(started.status()).isEqualTo(202);
        assertThat(started.json().at("/rush/state").asString()).isEqualTo("running");
        await().until(() -> rush().at("/progress/sold").asInt() > 20);

        HttpReply second = post(shop, "", "{\"stock\":1}");
        assertThat(second.status()).isEqualTo(409);

        assertThat(post(shop, "/stop", "{}").status()).isEqualTo(200);
        await().until(() -> rush().get("state").asString().equals("finished"));
        JsonNode result = rush().get("result");
        assertThat(result.get("stock").asInt()).isEqualTo(9_000);
        assertThat(result.get("left").asInt())
                .isEqualTo(9_000 - result.get("sold").asInt());
        assertThat(result.get("seconds").asDouble()).isLessThan(100);
        assertThat(result.get("oversold").asInt()).isZero();
        assertThat(result.get("views_accepted").asInt()).isPositive();
        assertThat(result.get("views_lost").asInt()).isZero();
        assertThat(result.get("longest_row_lock_queue").asInt()).isLessThanOrEqualTo(1);
    }

    @Test
    void sellsWhatIsThereInADatabaseOfTheUser() throws Exception {
        try (DemoProcess shop = DemoProcess.start(List.of("--jdbc-url=jdbc:h2:mem:own;MODE=MySQL", "--stock=77"))) {
            HttpReply reset = post(shop.uri(), "", "{\"stock\":500}");
            assertThat(reset.status()).isEqualTo(400);
            assertThat(reset.json().get("error").asString()).contains("stock=500", "--jdbc-url");
            assertThat(stock(shop.uri())).isEqualTo(77);
            assertThat(console(shop.uri()).controls("").get("sets_stock").asBoolean())
                    .isFalse();

            assertThat(post(shop.uri(), "", "{\"seconds\":60}").status()).isEqualTo(202);
            await().until(() ->
                    console(shop.uri()).controls("").at("/rush/progress/sold").asInt() > 5);
            assertThat(stock(shop.uri())).isLessThan(77);

            assertThat(shop.terminate()).isEqualTo(128 + 15);
            assertThat(shop.log()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    @Test
    void withoutStatisticsThereIsNoRush() throws Exception {
        try (DemoProcess shop = DemoProcess.start(List.of("--no-httpstats"))) {
            assertThat(RawHttpClient.get(shop.uri(), PATH).status()).isEqualTo(404);
        }
    }
}
