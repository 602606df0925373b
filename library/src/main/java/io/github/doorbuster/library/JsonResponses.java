package io.github.doorbuster.library;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON responses; an error is {@code {"error": "..."}}. */
final class JsonResponses {

    private static final JsonMapper MAPPER = new JsonMapper();

    private JsonResponses() {}

    static void send(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = MAPPER.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
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
