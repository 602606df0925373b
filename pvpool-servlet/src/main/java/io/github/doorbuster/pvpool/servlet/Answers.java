package io.github.doorbuster.pvpool.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON answers. */
final class Answers {

    private static final JsonMapper JSON = new JsonMapper();

    private Answers() {}

    static void send(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    static void sendError(HttpServletResponse response, int status, String text) throws IOException {
        send(response, status, Map.of("error", text));
    }
}
