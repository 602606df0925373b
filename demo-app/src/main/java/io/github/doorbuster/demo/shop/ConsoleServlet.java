package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** {@code GET /console}: a page for who runs the sale; it draws what {@code /stats} says. */
public final class ConsoleServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final String html;

    /**
     * A servlet with the page.
     *
     * @param assets what the page links to
     * @throws IOException if the page cannot be read
     */
    public ConsoleServlet(Assets assets) throws IOException {
        super("GET", "HEAD");
        this.html = new Page("console.html", assets).fill(Map.of());
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Page.send(response, html);
    }
}
