package io.github.doorbuster.demo;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.buylock.servlet.BuyLockFilterConfig;
import io.github.doorbuster.demo.console.OperatorAccess;
import io.github.doorbuster.demo.console.RushServlet;
import io.github.doorbuster.demo.console.SaleServlet;
import io.github.doorbuster.demo.rush.LiveRush;
import io.github.doorbuster.demo.rush.SalePlan;
import io.github.doorbuster.demo.shop.Shop;
import io.github.doorbuster.demo.shop.ViewCounts;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** A Jetty server with the shop and the three parts of the kit. */
final class ShopServer implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ShopServer.class.getName());
    private static final String LOOPBACK = "127.0.0.1";
    private static final int OTHER_THREADS = 160;
    /** Connections that may arrive at once. Beyond it, the system of a client tries again a second later. */
    private static final int ACCEPT_QUEUE = 1_024;

    private static final Duration FINISH_REQUESTS = Duration.ofSeconds(10);

    private final ShopSettings settings;
    private final Server server;
    private final ServerConnector connector;
    private final ShopDatabase database;
    private final DatabaseMonitor monitor;
    private final ServletContextHandler context = new ServletContextHandler();
    private final Map<String, BooleanSupplier> health = new LinkedHashMap<>();
    private final LiveRush rush = new LiveRush(this::uri, new Preparation());
    /** What to close, the last opened first, also after a failed start. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private @Nullable Shop shop;
    private @Nullable BuyLock lock;
    private @Nullable StatsServlet statsServlet;

    private ShopServer(ShopSettings settings) {
        this.settings = settings;
        this.server = new Server(new QueuedThreadPool(settings.concurrentPurchases() + OTHER_THREADS));
        this.connector = new ServerConnector(server);
        this.database = closeLater(new ShopDatabase(settings));
        this.monitor = closeLater(new DatabaseMonitor(database.views()));
    }

    /**
     * Starts the server and returns when it answers requests.
     *
     * @throws IllegalArgumentException if a setting is invalid
     * @throws Exception if the server cannot start; everything that was opened is closed
     */
    static ShopServer start(ShopSettings settings) throws Exception {
        ShopServer shop = new ShopServer(settings);
        try {
            shop.open();
            return shop;
        } catch (Exception e) {
            shop.close();
            throw e;
        }
    }

    private void open() throws Exception {
        health.put("database", database::isUp);
        Supplier<DatabaseMonitor.Snapshot> section = monitor::snapshot;
        context.setAttribute("stats.database", section);
        if (settings.httpstats()) {
            openStats();
        }
        ViewCounts views = openViews();
        shop = Shop.open(
                database.purchases(),
                views,
                Duration.ofMillis(settings.servers().purchaseMillis),
                settings.stock(),
                ShopServer::endGrant);
        shop.addTo(context);
        if (settings.buylock()) {
            openLock();
        }
        Shop.addHealth(context, health);
        if (statsServlet != null) {
            openControls(shop, statsServlet);
        }

        context.setErrorHandler(shop.errorHandler());
        connector.setHost(LOOPBACK);
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setErrorHandler(shop.errorHandler());
        server.setHandler(new GracefulHandler(context));
        server.setStopTimeout(FINISH_REQUESTS.toMillis());
        closeLater(server::stop);
        closeLater(rush); // ends its users before the server stops
        server.start();
    }

    /** The next purchase begins while the connection is returned and the response is written. */
    private static void endGrant(HttpServletRequest bought) {
        if (bought.getAttribute(BuyLockFilter.GRANT) instanceof Grant grant) {
            grant.close();
        }
    }

    /** Adds the controls of the console, which only those may use who may read the statistics. */
    private void openControls(Shop shop, StatsServlet stats) {
        OperatorAccess access = new OperatorAccess(stats::denial);
        servlet(new RushServlet(rush, access, shop::hasItem, settings.servers().jdbcUrl == null), "/console/rush/*");
        if (lock != null) {
            servlet(new SaleServlet(lock, access, shop::hasItem), "/console/sale/*");
        }
    }

    /** The shop of this server, for the rush. */
    private final class Preparation implements LiveRush.Preparation {

        @Override
        public void prepare(SalePlan plan) throws SQLException {
            if (settings.servers().jdbcUrl == null) {
                restock(plan.hotItem(), plan.stock());
            }
            monitor.restart();
        }

        @Override
        public OptionalLong longestRowLockQueue() {
            return monitor.longestRowLockQueue();
        }
    }

    private void openStats() {
        HttpStatsConfig config = HttpStatsConfig.builder().queueTime(true).build();
        HttpStats stats = HttpStats.builder().config(config).build();
        filter(new HttpStatsFilter(stats), "/*", EnumSet.allOf(DispatcherType.class));
        StatsServlet shown = new StatsServlet(stats);
        servlet(shown, "/stats").setInitOrder(0);
        statsServlet = shown;
    }

    private ViewCounts openViews() throws IOException, StoreException {
        JdbcPvStore store = new JdbcPvStore(
                database.views(), JdbcConfig.builder().createTables(true).build());
        store.prepare();
        if (!settings.pvpool()) {
            Shop.addDirectViews(context, database.views());
            return PooledViews.counts(ids -> store.read(ids, List.of()).counts());
        }
        JournalFolder folder = closeLater(JournalFolder.of(settings));
        JournalConfig journal =
                JournalConfig.builder().journalDir(folder.path()).build();
        PvPool views = PvPool.builder()
                .store(store)
                .journal(Journals.of(journal))
                .config(PvPoolConfig.builder()
                        .hotItems(PooledViews.HOT_ITEMS)
                        .buckets("day")
                        .build())
                .build();
        closeLater(() -> {
            try {
                views.close();
            } finally {
                folder.pendingViews(views.snapshot().pendingViews());
            }
        });
        context.addServlet(servlet(new PvPoolServlet(views), "/items/pvc"), "/items/pvc/top");
        return new PooledViews(views);
    }

    private void openLock() {
        LockStore store = closeLater(openLockStore());
        BuyLockConfig purchases = BuyLockConfig.builder()
                .permits(settings.servers().permits)
                .waitMillis(settings.servers().waitMillis)
                .build();
        BuyLock purchaseLock =
                closeLater(BuyLock.builder().config(purchases).store(store).build());
        lock = purchaseLock;
        BuyLockFilterConfig config =
                BuyLockFilterConfig.builder().soldOutStatus("409").build();
        filter(new BuyLockFilter(purchaseLock, config), "/buy", EnumSet.allOf(DispatcherType.class));
        if (settings.servers().memcached != null) {
            health.put("memcached", () -> store.status().state() == StoreStatus.State.UP);
        }
    }

    private LockStore openLockStore() {
        String memcached = settings.servers().memcached;
        if (memcached == null) {
            return new InMemoryLockStore();
        }
        try {
            return MemcachedLockStore.connect(memcached);
        } catch (IllegalArgumentException e) {
            throw OptionChecks.invalid("--memcached", memcached, "must be HOST:PORT, or several separated by commas");
        }
    }

    private <T extends AutoCloseable> T closeLater(T part) {
        opened.push(part);
        return part;
    }

    private void filter(Filter filter, String path, EnumSet<DispatcherType> types) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setName(filter.getClass().getSimpleName());
        holder.setAsyncSupported(true);
        context.addFilter(holder, path, types);
    }

    private ServletHolder servlet(Servlet servlet, String path) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
        return holder;
    }

    /** {@return the base URL} */
    URI uri() {
        return URI.create("http://%s:%d".formatted(LOOPBACK, connector.getLocalPort()));
    }

    DatabaseMonitor databaseMonitor() {
        return monitor;
    }

    /** Opens the sale of an item anew with this stock. */
    void restock(String itemId, int stock) throws SQLException {
        Objects.requireNonNull(shop, "the shop is not open").restock(itemId, stock);
        if (lock != null) {
            lock.openItem(itemId);
        }
    }

    /**
     * Stops accepting requests, finishes those in progress, releases the locks, writes the views, closes the database.
     */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "error while closing", e);
            }
        }
    }
}
