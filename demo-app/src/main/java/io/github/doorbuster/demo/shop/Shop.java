package io.github.doorbuster.demo.shop;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The web application of the shop: its pages, its API and its tables. */
public final class Shop {

    private final Catalog catalog;
    private final Purchases purchases;
    private final Assets assets;
    private final ResultPage resultPage;
    private final Consumer<HttpServletRequest> onBought;

    private Shop(Catalog catalog, Purchases purchases, Assets assets, Consumer<HttpServletRequest> onBought)
            throws IOException {
        this.catalog = catalog;
        this.purchases = purchases;
        this.onBought = onBought;
        this.assets = assets;
        this.resultPage = new ResultPage(assets);
    }

    /**
     * Creates the tables and the items that do not exist.
     *
     * @param database stays open
     * @param purchaseTime how long a purchase locks its row
     * @param stock of each item that is created, or null for the defaults
     * @param onBought is called right after the commit of a purchase, before its response is written
     */
    public static Shop open(
            DataSource database,
            ViewCounts views,
            Duration purchaseTime,
            @Nullable Integer stock,
            Consumer<HttpServletRequest> onBought)
            throws SQLException, IOException {
        return new Shop(
                Catalog.open(database, views, stock), new Purchases(database, purchaseTime), Assets.load(), onBought);
    }

    /** Adds the filter and servlets of the shop, and its section of {@code /stats}. */
    public void addTo(ServletContextHandler context) throws IOException {
        for (String path : new String[] {"", "/buy"}) {
            FilterHolder html = new FilterHolder(new HtmlResponseFilter(resultPage, catalog));
            html.setAsyncSupported(true);
            context.addFilter(html, path, EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        }
        add(context, new ShopPageServlet(catalog, assets), "");
        add(context, new ConsoleServlet(assets), "/console");
        add(context, new AssetServlet(assets), "/assets/*");
        add(context, new ItemsServlet(catalog), "/api/items");
        add(context, new BuyServlet(purchases, onBought), "/buy");
        add(context, new NotFoundServlet(), "/");
        addSection(context, "shop", purchases::snapshot);
    }

    /** Adds {@code POST /items/pvc} with one statement for each view, to compare the pool with. */
    public static void addDirectViews(ServletContextHandler context, DataSource database) {
        LongAdder statements = new LongAdder();
        add(context, new DirectViewsServlet(database, statements), "/items/pvc");
        addSection(context, "direct_views", () -> Map.of("statements", statements.sum()));
    }

    /** Adds {@code GET /hc}, which asks each part in this order whether it is up. */
    public static void addHealth(ServletContextHandler context, Map<String, BooleanSupplier> parts) {
        add(context, new HealthServlet(parts), "/hc");
    }

    /** Returns the handler of requests that no servlet answers. */
    public Request.Handler errorHandler() {
        return new JsonErrorHandler(resultPage);
    }

    /** Restarts the sale of an item with this stock. */
    public void restock(String itemId, int stock) throws SQLException {
        catalog.restock(itemId, stock);
    }

    /** {@return whether there is an item with this id} */
    public boolean hasItem(String itemId) throws SQLException {
        return catalog.nameOf(itemId) != null;
    }

    private static void add(ServletContextHandler context, Servlet servlet, String path) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
    }

    private static void addSection(ServletContextHandler context, String name, Supplier<?> snapshot) {
        context.setAttribute("stats." + name, snapshot);
    }
}
