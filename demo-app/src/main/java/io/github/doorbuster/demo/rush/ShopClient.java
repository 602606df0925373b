package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP client of a shop. */
final class ShopClient {

    static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<URI> nodes;
    private final AtomicInteger requests = new AtomicInteger();

    ShopClient(List<URI> nodes) {
        this.nodes = nodes;
    }

    /** An item of {@code /api/items}. */
    record Item(long stock, long pv) {}

    /** Begins a request to the next node, as a load balancer does. */
    HttpRequest.Builder request(String path) {
        return request(nodes.get(Math.floorMod(requests.getAndIncrement(), nodes.size())), path);
    }

    private static HttpRequest.Builder request(URI node, String path) {
        return HttpRequest.newBuilder(node.resolve(path)).timeout(TIMEOUT);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    Map<String, Item> items() throws IOException, InterruptedException {
        Map<String, Item> items = new LinkedHashMap<>();
        for (JsonNode item : get(nodes.get(0), "/api/items").get("items")) {
            items.put(
                    item.get("id").asString(),
                    new Item(item.get("stock").asLong(), item.get("pv").asLong()));
        }
        return items;
    }

    /** The statistics of every node. */
    record Stats(List<JsonNode> nodes) {

        /** {@return the sum of a number over the nodes that have it; empty if none has} */
        OptionalLong sum(String path) {
            List<JsonNode> numbers = nodes.stream()
                    .map(node -> node.at(path))
                    .filter(JsonNode::isNumber)
                    .toList();
            return numbers.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(
                            numbers.stream().mapToLong(JsonNode::asLong).sum());
        }
    }

    Stats stats() throws IOException, InterruptedException {
        List<JsonNode> stats = new ArrayList<>();
        for (URI node : nodes) {
            stats.add(get(node, "/stats"));
        }
        return new Stats(stats);
    }

    private JsonNode get(URI node, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request(node, path).GET().build());
        if (response.statusCode() != 200) {
            throw new IOException("GET %s answered %d: %s".formatted(path, response.statusCode(), response.body()));
        }
        return JSON.readTree(response.body());
    }
}
