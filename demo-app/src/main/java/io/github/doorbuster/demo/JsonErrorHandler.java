package io.github.doorbuster.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Gives what no servlet answered, such as an unknown path, the JSON error that everything else has. */
final class JsonErrorHandler extends ErrorHandler {

    private static final String CONTENT_TYPE = "application/json;charset=utf-8";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(body(code)), callback);
    }

    private static byte[] body(int status) {
        String error = status == HttpStatus.NOT_FOUND_404
                ? "there is nothing at this path; the shop is at /, its items at /api/items, its numbers at /stats"
                : "%d %s".formatted(status, HttpStatus.getMessage(status));
        return JSON.writeValueAsString(Map.of("error", error)).getBytes(StandardCharsets.UTF_8);
    }
}
