package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;

/** {@code GET /}: the shop as a page; buying is a plain form, so that it works without JavaScript. */
public final class ShopPageServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private static final String ITEM = """
            <li class="item" data-id="%1$s">
              <h2>%2$s</h2>
              <p class="price">¥%3$s</p>
              <p><span class="stock">%4$d</span> left · <span class="pv">%5$d</span> views</p>
              <form method="post" action="/buy">
                <input type="hidden" name="item_id" value="%1$s">
                <button type="submit" aria-label="Buy %2$s"%6$s>Buy</button>
                <output aria-live="polite"></output>
              </form>
            </li>
            """;

    private final transient Catalog catalog;
    private final String page;

    /**
     * A servlet that renders a catalog.
     *
     * @param catalog what it shows
     * @throws IOException if the page's template cannot be read
     */
    public ShopPageServlet(Catalog catalog) throws IOException {
        super("GET", "HEAD");
        this.catalog = catalog;
        this.page = new String(resource("shop.html"), StandardCharsets.UTF_8);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<Item> items;
        try {
            items = catalog.items();
        } catch (SQLException e) {
            unavailable(response, e);
            return;
        }
        StringBuilder list = new StringBuilder();
        NumberFormat yen = NumberFormat.getIntegerInstance(Locale.ROOT);
        for (Item item : items) {
            list.append(ITEM.formatted(
                    escape(item.id()),
                    escape(item.name()),
                    yen.format(item.price()),
                    item.stock(),
                    item.pv(),
                    item.stock() > 0 ? "" : " disabled"));
        }
        byte[] bytes = page.replace("<!-- items -->", list).getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
                        + " base-uri 'none'; frame-ancestors 'none'");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
