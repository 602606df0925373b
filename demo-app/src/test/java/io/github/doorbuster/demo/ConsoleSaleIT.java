package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.RawHttpClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sale of one item in the console: who may change it, and what buyers see then. */
class ConsoleSaleIT {

    private static final String PATH = "/console/sale";

    private static DemoProcess demo;

    @BeforeAll
    static void start() {
        demo = DemoProcess.start(List.of("--purchase-millis", "1"));
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static ConsoleClient console() {
        return new ConsoleClient(demo.uri(), PATH);
    }

    private static String state(String item) throws Exception {
        return console().controls("?item=" + item).get("state").asString();
    }

    private static Map<String, String> headers() throws Exception {
        return console().headers("?item=1");
    }

    private static HttpReply post(String action, String body) throws Exception {
        return console().send("POST", action, headers(), body);
    }

    private static HttpReply buy(String item) throws Exception {
        return new HttpTestClient(demo.uri()).post("/buy", HttpTestClient.FORM, "item_id=" + item);
    }

    @Test
    void pausesClosesAndOpensTheSaleOfOneItem() throws Exception {
        HttpReply paused = post("/pause", "{\"item\":\"2\"}");
        assertThat(paused.status()).isEqualTo(200);
        assertThat(paused.json().get("state").asString()).isEqualTo("paused");
        HttpReply sentAway = buy("2");
        assertThat(sentAway.status()).isEqualTo(503);
        assertThat(sentAway.text()).contains("the sale of item 2 is paused");
        assertThat(Integer.parseInt(sentAway.header("Retry-After"))).isPositive();
        assertThat(buy("3").status()).isEqualTo(200);

        assertThat(post("/close", "{\"item\":\"2\",\"seconds\":60}")
                        .json()
                        .get("state")
                        .asString())
                .isEqualTo("closed");
        assertThat(buy("2").status()).isEqualTo(409);

        assertThat(post("/open", "{\"item\":\"2\"}").json().get("state").asString())
                .isEqualTo("open");
        assertThat(buy("2").status()).isEqualTo(200);
    }

    @Test
    void aPauseEndsAfterItsSeconds() throws Exception {
        assertThat(post("/pause", "{\"item\":\"4\",\"seconds\":1}").status()).isEqualTo(200);
        assertThat(buy("4").status()).isEqualTo(503);
        await().until(() -> state("4").equals("open"));
        assertThat(buy("4").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "X-CSRF-Token, '', X-CSRF-Token is missing",
        "X-CSRF-Token, 0123456789abcdef, X-CSRF-Token is missing or wrong",
        "Origin, '', the Origin",
        "Origin, https://attacker.example, the Origin",
        "Host, attacker.example, the Host",
        "X-Forwarded-For, 10.1.2.3, ''"
    })
    void othersMayNotChangeIt(String header, String value, String reason) throws Exception {
        Map<String, String> headers = headers();
        headers.put(header, value);
        HttpReply reply = console().send("POST", "/close", headers, "{\"item\":\"1\"}");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.text()).contains(reason);
        assertThat(state("1")).isEqualTo("open");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/close | {}                             | 400 | no such item",
                "/close | {\"item\":\"none\"}            | 400 | no such item",
                "/close | {\"item\":\"1\",\"seconds\":0} | 400 | seconds=0: must be from 1 to 86400",
                "/close | {\"item\":\"1\",\"minutes\":1} | 400 | send a JSON object",
                "/close | null                           | 400 | send a JSON object",
                "/sell  | {\"item\":\"1\"}               | 404 | the paths are",
            })
    void anInvalidRequestChangesNothing(String action, String body, int status, String error) throws Exception {
        HttpReply reply = post(action, body);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().get("error").asString()).contains(error);
        assertThat(state("1")).isEqualTo("open");
    }

    @Test
    void aGetChangesNothing() throws Exception {
        HttpReply reply = console().send("GET", "/close?item=1", headers(), "");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(buy("1").status()).isEqualTo(200);
    }

    @Test
    void withoutTheLockThereIsNothingToControl() throws Exception {
        try (DemoProcess shop = DemoProcess.start(List.of("--no-buylock"))) {
            assertThat(RawHttpClient.get(shop.uri(), PATH + "?item=1").status()).isEqualTo(404);
        }
    }
}
