package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/** What the demo answers to rubbish: a clear 4xx with a readable reason, and nothing counted or locked. */
class BadInputIT {

    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
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
    void nothingWasCountedOrLocked() throws Exception {
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
    void viewsThatAreNotAListOfIdsAreRefused(String body) throws Exception {
        assertRefused(client.send("POST", "/items/pvc", JSON, BodyPublishers.ofString(body)), 400);
    }

    @Test
    void aHundredThousandIdsAreTooMany() throws Exception {
        String ids = IntStream.range(0, 100_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
        assertRefused(client.views("{\"item_ids\":[" + ids + "]}"), 413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/xml", FORM, "image/png", "nonsense"})
    void viewsOfAnotherContentTypeAreRefused(String contentType) throws Exception {
        assertRefused(
                client.send("POST", "/items/pvc", contentType, BodyPublishers.ofString("{\"item_ids\":[1]}")), 415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "item=1", "item_id=", "item_id=1&item_id=2", "item_id=1%0A", "item_id=%00"})
    void aPurchaseWithoutExactlyOneItemIdIsRefused(String body) throws Exception {
        assertRefused(client.form(body), 400);
    }

    @Test
    void anItemIdOfTenKilobytesIsRefused() throws Exception {
        assertRefused(client.buy("x".repeat(10_000)), 400);
    }

    @Test
    void anItemIdInTheQueryDoesNotDodgeTheLock() throws Exception {
        assertRefused(client.send("POST", "/buy?item_id=2", FORM, BodyPublishers.ofString("item_id=1")), 400);
    }

    @ParameterizedTest
    @CsvSource({"/items/pvc," + JSON, "/buy," + FORM})
    void aBodyOfFiftyMegabytesIsRefusedHoweverItIsSent(String path, String contentType) throws Exception {
        assertThat(answerToLargeBody(path, contentType, "Content-Length: " + FIFTY_MEGABYTES))
                .startsWith("HTTP/1.1 413 ")
                .contains("{\"error\":");
        assertThat(answerToLargeBody(path, contentType, "Transfer-Encoding: chunked"))
                .startsWith("HTTP/1.1 413 ")
                .contains("{\"error\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/buy/1", "/items", "/stats/x", "/assets/../../etc/passwd", "/%2e%2e/%2e%2e"})
    void unknownPathsAreRefused(String path) throws Exception {
        DemoClient.Answer answer = client.get(path);
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.json().get("error").asString()).isNotBlank();
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
    void methodsAPathDoesNotTakeAreRefused(String method, String path) throws Exception {
        DemoClient.Answer answer = client.send(method, path, FORM, BodyPublishers.ofString("item_id=1"));
        assertRefused(answer, 405);
        assertThat(answer.response().headers().firstValue("Allow")).isPresent();
    }

    private static void assertRefused(DemoClient.Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.response().headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/json");
        assertThat(answer.json().get("error").asString()).hasSizeBetween(10, 300);
    }

    /** Sends until the server has had enough, as a client does that is not looking. */
    private static String answerToLargeBody(String path, String contentType, String framing) throws Exception {
        Thread sender;
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(demo.uri().getHost(), demo.uri().getPort())) {
            socket.setSoTimeout(30_000);
            sender = new Thread(() -> send(socket, path, contentType, framing), "large-body");
            sender.start();
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0 && c != '}'; c = in.read()) {
                answer.append((char) c);
            }
        }
        sender.join();
        return answer.toString();
    }

    private static void send(Socket socket, String path, String contentType, String framing) {
        byte[] piece = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        boolean chunked = framing.endsWith("chunked");
        try {
            OutputStream out = socket.getOutputStream();
            out.write("POST %s HTTP/1.1\r\nHost: shop\r\nContent-Type: %s\r\n%s\r\n\r\n"
                    .formatted(path, contentType, framing)
                    .getBytes(StandardCharsets.US_ASCII));
            for (int sent = 0; sent < FIFTY_MEGABYTES; sent += piece.length) {
                if (chunked) {
                    out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.write(piece);
                if (chunked) {
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            if (chunked) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // the server answered and hung up, as it should
        }
    }
}
