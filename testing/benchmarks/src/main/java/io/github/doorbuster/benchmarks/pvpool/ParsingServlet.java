package io.github.doorbuster.benchmarks.pvpool;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Parses the ids without checking anything else, and passes them on. */
final class ParsingServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final JsonFactory JSON = new JsonFactory();

    private final transient Consumer<String> sink;

    ParsingServlet(Consumer<String> sink) {
        this.sink = sink;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        try {
            List<String> ids = ids(request);
            ids.forEach(sink);
            accept(response, ids.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> ids(HttpServletRequest request) {
        List<String> ids = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(
                ObjectReadContext.empty(), request.getInputStream().readAllBytes())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    ids.add(parser.getString());
                }
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void accept(HttpServletResponse response, int views) throws IOException {
        byte[] answer = ("{\"accepted\":" + views + "}").getBytes(StandardCharsets.UTF_8);
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
        response.setContentType("application/json; charset=utf-8");
        response.setContentLength(answer.length);
        response.getOutputStream().write(answer);
    }
}
