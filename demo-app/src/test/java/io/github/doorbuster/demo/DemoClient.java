package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drives one demo over HTTP and remembers the status of every answer. */
final class DemoClient {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();

    DemoClient(URI base) {
        this.base = base;
    }

    /** An answer, its body read as text. */
    record Answer(int status, HttpResponse<String> response) {

        JsonNode json() {
            return JSON.readTree(response.body());
        }
    }

    Answer send(String method, String path, String contentType, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT).method(method, body);
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return send(request.build());
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        statuses.computeIfAbsent(response.statusCode(), status -> new LongAdder())
                .increment();
        return new Answer(response.statusCode(), response);
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "", BodyPublishers.noBody());
    }

    Answer buy(String itemId) throws IOException, InterruptedException {
        return form("item_id=" + URLEncoder.encode(itemId, StandardCharsets.UTF_8));
    }

    Answer form(String body) throws IOException, InterruptedException {
        return send("POST", "/buy", "application/x-www-form-urlencoded", BodyPublishers.ofString(body));
    }

    Answer view(Collection<String> ids) throws IOException, InterruptedException {
        return views(JSON.writeValueAsString(Map.of("item_ids", ids)));
    }

    /** The same under an Idempotency-Key, so that it may be repeated. */
    Answer view(Collection<String> ids, String key) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve("/items/pvc"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("item_ids", ids))))
                .build());
    }

    Answer views(String body) throws IOException, InterruptedException {
        return send("POST", "/items/pvc", "application/json", BodyPublishers.ofString(body));
    }

    /** The views of items as {@code GET /items/pvc} answers them. */
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

    /** What {@code /stats} says now; this request counts itself only in the next answer. */
    JsonNode stats() throws IOException, InterruptedException {
        Answer answer = get("/stats");
        if (answer.status() != 200) {
            throw new IllegalStateException("/stats answered " + answer.status() + ": "
                    + answer.response().body());
        }
        return answer.json();
    }

    /** Waits until every view that was accepted is in the database. */
    void awaitWritten() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(stats().at("/pvpool/pending_views").asLong(-1))
                                .isZero());
    }

    /** How many answers of each status this client got. */
    Map<Integer, Long> statuses() {
        Map<Integer, Long> counts = new TreeMap<>();
        statuses.forEach((status, count) -> counts.put(status, count.sum()));
        return counts;
    }
}
