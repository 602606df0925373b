package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The items with the most views. */
class TopIT extends ServletOnJetty {

    @Test
    void sendsTheHottestItems() throws Exception {
        start(new PvPoolServlet(), with(Map.of("hotItems", "100", "topCacheMillis", "0")));
        assertThat(post("{\"counts\":{\"1\":3,\"m2\":5,\"7\":1}}").statusCode()).isEqualTo(202);

        HttpResponse<String> top = get("/top?window=5m&count=2");
        assertThat(top.statusCode()).isEqualTo(200);
        assertThat(top.body())
                .startsWith("{\"window\":\"5m\",\"from\":\"20")
                .endsWith(
                        "\"error_bound\":0,\"items\":[{\"item_id\":\"m2\",\"views\":5,\"error\":0},{\"item_id\":\"1\",\"views\":3,\"error\":0}]}");
        assertThat(get("/top").body()).contains("\"item_id\":\"7\"");
        assertThat(get("?item_ids=1").body()).isEqualTo("{\"pvc\":{\"1\":3}}");
    }

    @Test
    void sendsTheTopOfHours() throws Exception {
        start(new PvPoolServlet(), with(Map.of("buckets", "hour", "topCacheMillis", "0", "flushMillis", "3600000")));
        post("{\"counts\":{\"1\":3,\"m2\":5,\"7\":1}}");
        for (String window : List.of("1h", "24h")) {
            HttpResponse<String> top = get("/top?count=2&window=" + window);
            assertThat(top.statusCode()).isEqualTo(200);
            assertThat(top.body())
                    .matches("\\{\"window\":\"%s\",\"from\":\"20[-0-9T:]+:00:00Z\",.*".formatted(window))
                    .endsWith(
                            "\"error_bound\":0,\"items\":[{\"item_id\":\"m2\",\"views\":5,\"error\":0},{\"item_id\":\"1\",\"views\":3,\"error\":0}]}");
        }
    }

    @Test
    void badInputNamesTheRule() throws Exception {
        start(new PvPoolServlet(), with(Map.of("hotItems", "100")));
        for (Map.Entry<String, String> bad : Map.of(
                        "window=6m", "window=6m: must be one of 5m, 1h, 24h",
                        "count=0", "count=0: must be 1 to 1000 items",
                        "count=1001", "count=1001: must be 1 to 1000 items",
                        "count=x", "count=x: must be 1 to 1000 items")
                .entrySet()) {
            HttpResponse<String> answer = get("/top?" + bad.getKey());
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains(bad.getValue());
        }
        HttpResponse<String> post = client.send(
                HttpRequest.newBuilder(URI.create(address + "/top"))
                        .POST(BodyPublishers.ofString("{\"item_ids\":[1]}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
    }

    @Test
    void aPoolMayBeMappedToAPathThatEndsWithTop() throws Exception {
        paths = List.of("/x/top");
        startOwnPool();
        assertThat(post("{\"item_ids\":[1]}").statusCode()).isEqualTo(202);
        assertThat(get("?item_ids=1").body()).isEqualTo("{\"pvc\":{\"1\":1}}");
    }

    @Test
    void withoutTheOptionAskingIsAnError() throws Exception {
        startOwnPool();
        HttpResponse<String> answer = get("/top");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("set hotItems");
        assertThat(get("/top?window=24h").body()).contains("set buckets=hour");
    }
}
