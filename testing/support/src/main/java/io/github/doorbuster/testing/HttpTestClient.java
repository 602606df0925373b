package io.github.doorbuster.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Sends requests to one server with the JDK's client. Safe from many threads. */
public final class HttpTestClient {

    public static final String FORM = "application/x-www-form-urlencoded";
    public static final String JSON = "application/json";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    public HttpTestClient(URI server) {
        this.server = server;
    }

    public HttpReply get(String path) throws IOException, InterruptedException {
        return send("GET", path, Map.of(), "");
    }

    public HttpReply post(String path, String contentType, String body) throws IOException, InterruptedException {
        return send("POST", path, Map.of("Content-Type", contentType), body);
    }

    public HttpReply send(String method, String path, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        return reply(http.send(request(method, path, headers, body), BodyHandlers.ofByteArray()));
    }

    /** Posts without waiting for the response. */
    public CompletableFuture<HttpReply> postAsync(String path, String contentType, String body) {
        return sendAsync("POST", path, Map.of("Content-Type", contentType), body);
    }

    /** Sends a request without waiting for the response. */
    public CompletableFuture<HttpReply> sendAsync(
            String method, String path, Map<String, String> headers, String body) {
        HttpRequest request = request(method, path, headers, body);
        return http.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(HttpTestClient::reply);
    }

    private HttpRequest request(String method, String path, Map<String, String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return request.build();
    }

    private static HttpReply reply(HttpResponse<byte[]> response) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(values.size() - 1)));
        return new HttpReply(response.statusCode(), headers, response.body(), true);
    }
}
