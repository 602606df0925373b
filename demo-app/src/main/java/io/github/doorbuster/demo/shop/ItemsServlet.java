package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** {@code GET /api/items}: every item with its stock and views. */
public final class ItemsServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final transient Catalog catalog;

    /**
     * A servlet that lists a catalog.
     *
     * @param catalog what it lists
     */
    public ItemsServlet(Catalog catalog) {
        super("GET", "HEAD");
        this.catalog = catalog;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException, SQLException {
        json(response, 200, Map.of("items", catalog.items()));
    }
}
