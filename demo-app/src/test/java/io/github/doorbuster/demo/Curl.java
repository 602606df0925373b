package io.github.doorbuster.demo;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A curl command of the documentation, as far as one is printed there: {@code -d}, {@code -H}, and an address. */
record Curl(String method, String path, String contentType, String body) {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    private static final String FORM = "application/x-www-form-urlencoded";

    static Curl parse(String command) {
        List<String> words = new ArrayList<>(WORD.matcher(command)
                .results()
                .map(word -> word.group().replaceAll("^['\"]|['\"]$", ""))
                .toList());
        String contentType = "";
        String body = "";
        String address = "";
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-s", "-i" -> {}
                case "-d" -> body = words.get(++i);
                case "-H" -> contentType = words.get(++i).replace("Content-Type: ", "");
                default -> address = words.get(i);
            }
        }
        boolean post = !body.isEmpty();
        URI uri = URI.create(address.startsWith("http") ? address : "http://" + address);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Curl(
                post ? "POST" : "GET",
                uri.getRawPath() + query,
                post && contentType.isEmpty() ? FORM : contentType,
                body);
    }

    DemoClient.Answer send(DemoClient client) throws Exception {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return client.send(method, path, contentType, publisher);
    }
}
