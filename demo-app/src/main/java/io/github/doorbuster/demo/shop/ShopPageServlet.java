package io.github.doorbuster.demo.shop;

import static java.util.Map.entry;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code GET /}: the page of the shop. It buys with a plain form, which works without JavaScript. */
final class ShopPageServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final transient Catalog catalog;
    private final transient Assets assets;
    private final transient Page page;
    private final transient Page item;

    ShopPageServlet(Catalog catalog, Assets assets) throws IOException {
        super("GET", "HEAD");
        this.catalog = catalog;
        this.assets = assets;
        this.page = new Page("shop.html", assets);
        this.item = new Page("item.html", assets);
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, SQLException {
        List<Item> items = catalog.items();
        String list = items.stream().map(this::html).collect(Collectors.joining());
        Page.send(response, page.fill(Map.of("items", list)));
    }

    private String html(Item shown) {
        boolean soldOut = shown.stock() <= 0;
        boolean few = shown.stock() <= Item.FEW;
        String left = soldOut ? "None left" : (few ? "Only " : "") + grouped(shown.stock()) + " left";
        return item.fill(Map.ofEntries(
                entry("id", Page.escape(shown.id())),
                entry("query", URLEncoder.encode(shown.id(), StandardCharsets.UTF_8)),
                entry("name", Page.escape(shown.name())),
                entry("picture", Page.escape(assets.picture(shown.id()))),
                entry("price", grouped(shown.price())),
                entry("left", left),
                entry("gauge", String.valueOf(shown.percentLeft())),
                entry("today", shown.today() == null ? "" : grouped(shown.today()) + " today"),
                entry("views", grouped(shown.pv()) + (shown.pv() == 1 ? " view" : " views")),
                entry("state", (soldOut ? "sold-out" : few ? "few" : "") + (shown.hot() ? " hot" : "")),
                entry("button", soldOut ? "Sold out" : "Buy"),
                entry("disabled", soldOut ? "disabled" : "")));
    }

    private static String grouped(long number) {
        return NumberFormat.getIntegerInstance(Locale.ROOT).format(number);
    }
}
