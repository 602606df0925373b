package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.testing.RawHttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Requests in which a few items get most of the views, as in a shop. */
final class ViewRequests {

    static final String ORIGIN = "https://shop.example";

    private static final int BLOCK = 250;

    private ViewRequests() {}

    static List<List<String>> skewed(int requests, int idsEach, int items) {
        Random random = new Random(1);
        List<List<String>> all = new ArrayList<>();
        for (int r = 0; r < requests; r++) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < idsEach; i++) {
                ids.add("m" + (int) (items * Math.pow(random.nextDouble(), 3)));
            }
            all.add(List.copyOf(ids));
        }
        return all;
    }

    /** Requests as a proxy sends them: each of another client, from a page of the shop. */
    static List<byte[]> posts(String path, List<List<String>> requests) {
        List<byte[]> posts = new ArrayList<>();
        for (List<String> ids : requests) {
            int client = posts.size();
            posts.add(RawHttpClient.jsonPost(
                    path,
                    "{\"item_ids\":[\"" + String.join("\",\"", ids) + "\"]}",
                    Map.of(
                            "Origin",
                            ORIGIN,
                            "X-Forwarded-For",
                            "10.1.%d.%d".formatted(client / BLOCK % BLOCK, client % BLOCK))));
        }
        return posts;
    }
}
