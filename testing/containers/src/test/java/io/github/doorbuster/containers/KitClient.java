package io.github.doorbuster.containers;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;

/** Requests to an application that has all three parts at their documented paths. */
final class KitClient {

    private KitClient() {}

    static DataSource dataSource(String database) {
        return MariaDbServer.shared().dataSource(database);
    }

    /** Sends two views of item 1 and one of item m2. */
    static HttpReply views(URI uri) throws IOException {
        return postJson(uri, "/items/pvc", "{\"item_ids\":[1,\"m2\",1]}");
    }

    static HttpReply postJson(URI uri, String path, String json) throws IOException {
        return RawHttpClient.send(uri, "POST", path, Map.of("Content-Type", "application/json"), json);
    }

    /** Buys item 42. Without a servlet at this path the response is 404 or 405, but the lock is taken and released. */
    static HttpReply buy(URI uri) throws IOException {
        return RawHttpClient.postForm(uri, "/buy", "item_id=42");
    }

    static JsonNode stats(URI uri) throws IOException {
        return RawHttpClient.get(uri, "/stats").json();
    }
}
