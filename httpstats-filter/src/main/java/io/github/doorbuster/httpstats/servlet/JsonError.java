package io.github.doorbuster.httpstats.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Errors as {@code {"error": "..."}}. */
final class JsonError {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_EXCERPT = 40;

    private JsonError() {}

    static void send(HttpServletResponse response, int status, String text) throws IOException {
        byte[] body = MAPPER.writeValueAsBytes(Map.of("error", text));
        response.setStatus(status);
        response.setContentType("application/json; charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** A short piece of what a client sent, fit for a message. */
    static String excerpt(String given) {
        String clean = given.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= MAX_EXCERPT ? clean : clean.substring(0, MAX_EXCERPT) + "...";
    }
}
