package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.testing.RawHttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests in which a few items get most of the views, as in a shop. */
final class ViewRequests {

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

    static List<byte[]> posts(String path, List<List<String>> requests) {
        return requests.stream()
                .map(ids -> RawHttpClient.jsonPost(path, "{\"item_ids\":[\"" + String.join("\",\"", ids) + "\"]}"))
                .toList();
    }
}
