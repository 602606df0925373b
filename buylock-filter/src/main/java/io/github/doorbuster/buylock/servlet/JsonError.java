package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Answers {@code {"error": "..."}}. */
final class JsonError {

    private static final JsonMapper MAPPER = new JsonMapper();

    private JsonError() {}

    static void send(HttpServletResponse response, int status, String text) throws IOException {
        byte[] body = MAPPER.writeValueAsBytes(Map.of("error", text));
        response.setStatus(status);
        response.setContentType("application/json; charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
