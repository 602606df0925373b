package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP client of a shop. */
final class ShopClient {

    static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    ShopClient(URI base) {
        this.base = base;
    }

    /** An item of {@code /api/items}. */
    record Item(long stock, long pv) {}

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    Map<String, Item> items() throws IOException, InterruptedException {
        Map<String, Item> items = new LinkedHashMap<>();
        for (JsonNode item : get("/api/items").get("items")) {
            items.put(
                    item.get("id").asString(),
                    new Item(item.get("stock").asLong(), item.get("pv").asLong()));
        }
        return items;
    }

    JsonNode stats() throws IOException, InterruptedException {
        return get("/stats");
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request(path).GET().build());
        if (response.statusCode() != 200) {
            throw new IOException("GET %s answered %d: %s".formatted(path, response.statusCode(), response.body()));
        }
        return JSON.readTree(response.body());
    }
}
