package io.github.doorbuster.demo.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes the JSON of the console's controls. */
final class ConsoleJson {

    static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enumNamingStrategy(EnumNamingStrategies.LOWER_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private static final int MAX_BODY_BYTES = 1_000;

    private ConsoleJson() {}

    /**
     * Reads the body of a request.
     *
     * @throws BodyTooLongException if it has more than {@value #MAX_BODY_BYTES} bytes
     */
    static byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new BodyTooLongException();
        }
        return body;
    }

    static final class BodyTooLongException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        BodyTooLongException() {
            super("the body is longer than %d bytes".formatted(MAX_BODY_BYTES));
        }
    }

    /** {@return the path behind that of the servlet, empty if there is none} */
    static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        return info == null ? "" : info;
    }

    /** Sends what is wrong with a request: 413 if its body is too long, otherwise 400. */
    static void invalid(HttpServletResponse response, IllegalArgumentException e) throws IOException {
        if (e instanceof BodyTooLongException) {
            response.setHeader("Connection", "close");
            error(response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, e.getMessage());
        } else {
            error(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
        }
    }

    static void error(HttpServletResponse response, int status, String message) throws IOException {
        send(response, status, Map.of("error", message));
    }

    static void send(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = MAPPER.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
