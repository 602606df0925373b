package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP client of one demo that counts the statuses it receives. */
final class DemoClient {

    private final HttpTestClient http;
    private final Map<Integer, Long> statuses = new ConcurrentHashMap<>();

    DemoClient(URI base) {
        http = new HttpTestClient(base);
    }

    HttpReply send(String method, String path, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        HttpReply reply = http.send(method, path, headers, body);
        statuses.merge(reply.status(), 1L, Long::sum);
        return reply;
    }

    HttpReply send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        return send(method, path, contentType.isEmpty() ? Map.of() : Map.of("Content-Type", contentType), body);
    }

    HttpReply get(String path) throws IOException, InterruptedException {
        return send("GET", path, Map.of(), "");
    }

    HttpReply buy(String itemId) throws IOException, InterruptedException {
        return form("item_id=" + URLEncoder.encode(itemId, StandardCharsets.UTF_8));
    }

    HttpReply form(String body) throws IOException, InterruptedException {
        return send("POST", "/buy", HttpTestClient.FORM, body);
    }

    HttpReply view(Collection<String> ids) throws IOException, InterruptedException {
        return views(json(ids));
    }

    /** Sends views with an {@code Idempotency-Key}, so that the request may be repeated. */
    HttpReply view(Collection<String> ids, String key) throws IOException, InterruptedException {
        Map<String, String> headers = Map.of("Content-Type", HttpTestClient.JSON, "Idempotency-Key", key);
        return send("POST", "/items/pvc", headers, json(ids));
    }

    HttpReply views(String body) throws IOException, InterruptedException {
        return send("POST", "/items/pvc", HttpTestClient.JSON, body);
    }

    private static String json(Collection<String> ids) {
        return JsonMapper.shared().writeValueAsString(Map.of("item_ids", ids));
    }

    /** {@return the views that {@code GET /items/pvc} reports} */
    Map<String, Long> views(Collection<String> ids) throws IOException, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : get("/items/pvc?item_ids=" + String.join(",", ids))
                .json()
                .get("pvc")
                .properties()) {
            counts.put(entry.getKey(), entry.getValue().asLong());
        }
        return counts;
    }

    /** {@return the current statistics, without this request} */
    JsonNode stats() throws IOException, InterruptedException {
        HttpReply reply = get("/stats");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    /** Waits until every accepted view is in the database. */
    void awaitWritten() {
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(
                        () -> assertThat(stats().at("/pvpool/pending_views").asLong(-1))
                                .isZero());
    }

    /** {@return how many responses had which status} */
    Map<Integer, Long> statuses() {
        return new TreeMap<>(statuses);
    }
}
