package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** {@code GET /console}: a page for the operator of the sale, which shows what {@code /stats} returns. */
final class ConsoleServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final String html;

    ConsoleServlet(Assets assets) throws IOException {
        super("GET", "HEAD");
        this.html = new Page("console.html", assets).fill(Map.of());
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Page.send(response, html);
    }
}
