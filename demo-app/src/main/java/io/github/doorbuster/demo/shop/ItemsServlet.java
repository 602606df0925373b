package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** {@code GET /api/items}: all items with their stock and views. */
final class ItemsServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final transient Catalog catalog;

    ItemsServlet(Catalog catalog) {
        super("GET", "HEAD");
        this.catalog = catalog;
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, SQLException {
        json(response, 200, Map.of("items", catalog.items()));
    }
}
