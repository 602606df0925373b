package io.github.doorbuster.library;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON responses; an error is {@code {"error": "..."}}. */
final class JsonResponses {

    private static final JsonMapper MAPPER = new JsonMapper();

    private JsonResponses() {}

    static void send(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = MAPPER.writeValueAsBytes(body);
        response.setContentLength(bytes.length);
        write(response, status, bytes);
    }

    /**
     * Writes a small response without its length. The container adds the length and sends the response when it is
     * complete, so that this thread does not wait for the client.
     */
    static void buffer(HttpServletResponse response, int status, Object body) throws IOException {
        write(response, status, MAPPER.writeValueAsBytes(body));
    }

    /** As {@link #buffer}, with JSON that is encoded already. */
    static void bufferEncoded(HttpServletResponse response, int status, String body) throws IOException {
        write(response, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(HttpServletResponse response, int status, byte[] bytes) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(bytes);
    }

    static void sendError(HttpServletResponse response, int status, String text) throws IOException {
        send(response, status, Map.of("error", text));
    }

    static void sendError(HttpServletResponse response, HttpException e) throws IOException {
        if (e.isBodyUnread()) {
            response.setHeader("Connection", "close");
        }
        sendError(response, e.status(), e.text());
    }
}
