package io.github.doorbuster.demo;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** A curl command of the documentation with {@code -d}, {@code -H} and a URL. */
record Curl(String method, String path, String contentType, String body) {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    static Curl parse(String command) {
        List<String> words = WORD.matcher(command)
                .results()
                .map(word -> word.group().replaceAll("^['\"]|['\"]$", ""))
                .toList();
        String contentType = "";
        String body = "";
        String url = "";
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-s", "-i" -> {}
                case "-d" -> body = words.get(++i);
                case "-H" -> contentType = words.get(++i).replace("Content-Type: ", "");
                default -> url = words.get(i);
            }
        }
        boolean post = !body.isEmpty();
        URI uri = URI.create(url.startsWith("http") ? url : "http://" + url);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Curl(
                post ? "POST" : "GET",
                uri.getRawPath() + query,
                post && contentType.isEmpty() ? HttpTestClient.FORM : contentType,
                body);
    }

    HttpReply send(DemoClient client) throws Exception {
        return client.send(method, path, contentType, body);
    }
}
