package io.github.doorbuster.demo.shop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers requests that no servlet answers, such as those of unknown paths, with a JSON error or with a page. */
final class JsonErrorHandler extends ErrorHandler {

    private static final String CONTENT_TYPE = "application/json;charset=utf-8";

    private final ResultPage page;

    JsonErrorHandler(ResultPage page) {
        this.page = page;
    }

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
        String error = code == HttpStatus.NOT_FOUND_404
                ? "there is nothing at this path; see / for the shop, /api/items for its items, /stats for statistics"
                : "%d %s".formatted(code, HttpStatus.getMessage(code));
        HttpFields.Mutable headers = response.getHeaders();
        headers.ensureField(new HttpField(HttpHeader.VARY, "Accept"));
        String body;
        if (HtmlResponseFilter.prefersHtml(request.getHeaders().get(HttpHeader.ACCEPT))) {
            Page.HEADERS.forEach(headers::put);
            body = page.render(code, error);
        } else {
            headers.put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
            headers.put(HttpHeader.CACHE_CONTROL, "no-store");
            body = ShopServlet.JSON.writeValueAsString(Map.of("error", error));
        }
        response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
