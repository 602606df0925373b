package io.github.doorbuster.demo;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Sends the requests of the console's page.
 *
 * @param path of the controls, such as {@code /console/rush}
 */
record ConsoleClient(URI shop, String path) {

    /** {@return the controls, as a GET with this query shows them} */
    JsonNode controls(String query) throws IOException {
        return RawHttpClient.send(shop, "GET", path + query, Map.of("Host", shop.getAuthority()), "")
                .json();
    }

    /** {@return the headers of the page, with the token of a GET with this query} */
    Map<String, String> headers(String query) throws IOException {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Host", shop.getAuthority());
        headers.put("Origin", shop.toString());
        headers.put("X-CSRF-Token", controls(query).get("csrf_token").asString());
        return headers;
    }

    HttpReply send(String method, String action, Map<String, String> headers, String body) throws IOException {
        return RawHttpClient.send(shop, method, path + action, headers, body);
    }
}
