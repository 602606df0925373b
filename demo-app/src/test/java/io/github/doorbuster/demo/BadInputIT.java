package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Bad input gets a 4xx with a reason, and nothing is counted or locked. */
class BadInputIT {

    private static final String JSON = HttpTestClient.JSON;
    private static final String FORM = HttpTestClient.FORM;
    private static final int FIFTY_MEGABYTES = 50 * 1024 * 1024;

    private static DemoProcess demo;
    private static DemoClient client;

    @BeforeAll
    static void start() {
        demo = DemoProcess.start(List.of());
        client = new DemoClient(demo.uri());
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @AfterEach
    void nothingIsCountedOrLocked() throws Exception {
        JsonNode stats = client.stats();
        assertThat(stats.at("/pvpool/accepted_views").asLong(-1)).isZero();
        assertThat(stats.at("/buylock/granted").asLong(-1)).isZero();
        assertThat(stats.at("/shop/bought").asLong(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"item_ids\":",
                "{\"item_ids\":7}",
                "{\"item_ids\":[1.5]}",
                "{\"item_ids\":[null]}",
                "{\"item_ids\":[[1]]}",
                "{\"item_ids\":[\"\"]}",
                "{\"item_ids\":[\"a\\nb\"]}",
                "{\"item_ids\":[\"a b\"]}",
                "{\"item_ids\":[\"\u00e9\"]}",
                "{\"item_ids\":[1]} {}",
                "{\"ids\":[1]}",
                "\u0000\u0001\u0002"
            })
    void rejectsViewsThatAreNoListOfIds(String body) throws Exception {
        assertRejected(client.send("POST", "/items/pvc", JSON, body), 400);
    }

    @Test
    void rejectsTooManyIds() throws Exception {
        String ids = IntStream.range(0, 100_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
        assertRejected(client.views("{\"item_ids\":[" + ids + "]}"), 413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/xml", FORM, "image/png", "nonsense"})
    void rejectsViewsOfAnotherContentType(String contentType) throws Exception {
        assertRejected(client.send("POST", "/items/pvc", contentType, "{\"item_ids\":[1]}"), 415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "item=1", "item_id=", "item_id=1&item_id=2", "item_id=1%0A", "item_id=%00"})
    void rejectsAPurchaseWithoutOneItemId(String body) throws Exception {
        assertRejected(client.form(body), 400);
    }

    @Test
    void rejectsALongItemId() throws Exception {
        assertRejected(client.buy("x".repeat(10_000)), 400);
    }

    @Test
    void rejectsAnItemIdInTheQuery() throws Exception {
        assertRejected(client.send("POST", "/buy?item_id=2", FORM, "item_id=1"), 400);
    }

    @ParameterizedTest
    @CsvSource({"/items/pvc," + JSON, "/buy," + FORM})
    void rejectsALargeBody(String path, String contentType) throws Exception {
        assertRejected(replyToLargeBody(path, contentType, "Content-Length", "" + FIFTY_MEGABYTES), 413);
        assertRejected(replyToLargeBody(path, contentType, "Transfer-Encoding", "chunked"), 413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/buy/1", "/items", "/stats/x", "/assets/../../etc/passwd", "/%2e%2e/%2e%2e"})
    void rejectsUnknownPaths(String path) throws Exception {
        HttpReply reply = client.get(path);
        assertThat(reply.status()).isIn(400, 404);
        assertThat(reply.json().get("error").asString()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/buy",
        "PUT,/buy",
        "DELETE,/items/pvc",
        "BREW,/items/pvc",
        "POST,/stats",
        "BREW,/stats",
        "POST,/api/items",
        "POST,/",
        "BREW,/",
        "POST,/hc"
    })
    void rejectsWrongMethods(String method, String path) throws Exception {
        HttpReply reply = client.send(method, path, FORM, "item_id=1");
        assertRejected(reply, 405);
        assertThat(reply.header("Allow")).isNotEmpty();
    }

    private static void assertRejected(HttpReply reply, int status) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.json().get("error").asString()).hasSizeBetween(10, 300);
    }

    /** Sends a body without reading the response, until the server closes the connection. */
    private static HttpReply replyToLargeBody(String path, String contentType, String framing, String value)
            throws Exception {
        Thread sender;
        HttpReply reply;
        try (RawHttpClient client = RawHttpClient.connect(demo.uri())) {
            client.sendHead("POST", path, Map.of("Content-Type", contentType, framing, value));
            sender = new Thread(() -> sendBody(client, value.equals("chunked")), "large-body");
            sender.start();
            reply = client.readReply();
        }
        sender.join();
        return reply;
    }

    private static void sendBody(RawHttpClient client, boolean chunked) {
        byte[] piece = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        try {
            for (int sent = 0; sent < FIFTY_MEGABYTES; sent += piece.length) {
                if (chunked) {
                    client.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                client.write(piece);
                if (chunked) {
                    client.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            if (chunked) {
                client.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The server has answered and closed the connection, as it should.
        }
    }
}
