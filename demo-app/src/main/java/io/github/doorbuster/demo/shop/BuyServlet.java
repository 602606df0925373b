package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Consumer;

/** {@code POST /buy} with {@code item_id}: 200 bought, 409 sold out, 404 unknown item. */
final class BuyServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;
    private static final int MAX_ID_LENGTH = 64;

    private final transient Purchases purchases;
    private final transient Consumer<HttpServletRequest> onBought;

    BuyServlet(Purchases purchases, Consumer<HttpServletRequest> onBought) {
        super("POST");
        this.purchases = purchases;
        this.onBought = onBought;
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, SQLException {
        String[] ids = request.getParameterValues("item_id");
        if (ids == null || ids.length != 1 || ids[0].isEmpty() || ids[0].length() > MAX_ID_LENGTH) {
            error(response, 400, "send one form field item_id with 1 to %d characters".formatted(MAX_ID_LENGTH));
            return;
        }
        try {
            switch (purchases.buy(ids[0], () -> onBought.accept(request))) {
                case BOUGHT -> json(response, 200, Map.of("bought", ids[0]));
                case SOLD_OUT -> error(response, 409, "item " + ids[0] + " is sold out");
                case NO_SUCH_ITEM -> error(response, 404, "there is no such item; /api/items lists them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            error(response, 503, "the shop is closing; nothing was bought");
        }
    }
}
