package io.github.doorbuster.demo;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.demo.shop.AnswerPage;
import io.github.doorbuster.demo.shop.AssetServlet;
import io.github.doorbuster.demo.shop.Assets;
import io.github.doorbuster.demo.shop.BrowserAnswers;
import io.github.doorbuster.demo.shop.BuyServlet;
import io.github.doorbuster.demo.shop.Catalog;
import io.github.doorbuster.demo.shop.ConsoleServlet;
import io.github.doorbuster.demo.shop.DirectViewsServlet;
import io.github.doorbuster.demo.shop.HealthServlet;
import io.github.doorbuster.demo.shop.ItemsServlet;
import io.github.doorbuster.demo.shop.Purchases;
import io.github.doorbuster.demo.shop.ShopPageServlet;
import io.github.doorbuster.demo.shop.ViewCounts;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
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

/** One Jetty server with the shop in it and the three parts of the kit in front. */
final class ShopServer implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ShopServer.class.getName());
    private static final String LOOPBACK = "127.0.0.1";
    private static final int OTHER_THREADS = 160;
    private static final Duration FINISH_REQUESTS = Duration.ofSeconds(10);

    private final ShopSettings settings;
    private final Server server;
    private final ServerConnector connector;
    private final ShopDatabase database;
    private final ServletContextHandler context = new ServletContextHandler();
    private final Map<String, BooleanSupplier> health = new LinkedHashMap<>();
    /** What was opened, the last on top: closed in that order, whether the start went well or not. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private @Nullable Catalog catalog;

    private ShopServer(ShopSettings settings) {
        this.settings = settings;
        this.server = new Server(new QueuedThreadPool(settings.concurrentPurchases() + OTHER_THREADS));
        this.connector = new ServerConnector(server);
        this.database = closeLater(new ShopDatabase(settings));
    }

    /**
     * Starts the shop and returns once it answers.
     *
     * @throws IllegalArgumentException if a setting is wrong
     * @throws Exception if a setting cannot be carried out; nothing is left running
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
        if (settings.httpstats()) {
            openStats();
        }
        ViewCounts views = openViews();
        Assets assets = Assets.load();
        AnswerPage answers = new AnswerPage(assets);
        openShop(views, assets, answers);
        if (settings.buylock()) {
            openLock();
        }
        servlet(new HealthServlet(health), "/hc");
        servlet(new NowhereServlet(), "/");

        context.setErrorHandler(new ErrorAnswers(answers));
        connector.setHost(LOOPBACK);
        connector.setPort(settings.port());
        server.addConnector(connector);
        server.setErrorHandler(new ErrorAnswers(answers));
        server.setHandler(new GracefulHandler(context));
        server.setStopTimeout(FINISH_REQUESTS.toMillis());
        closeLater(server::stop);
        server.start();
    }

    private void openStats() {
        HttpStatsConfig config = HttpStatsConfig.builder().queueTime(true).build();
        HttpStats stats = HttpStats.builder().config(config).build();
        filter(new HttpStatsFilter(stats), "/*", EnumSet.allOf(DispatcherType.class));
        servlet(new StatsServlet(stats), "/stats");
    }

    private ViewCounts openViews() throws IOException, StoreException {
        JdbcPvStore store = new JdbcPvStore(
                database.views(), JdbcConfig.builder().createTables(true).build());
        store.prepare();
        if (!settings.pvpool()) {
            LongAdder statements = new LongAdder();
            servlet(new DirectViewsServlet(database.views(), statements), "/items/pvc");
            section("direct_views", () -> Map.of("statements", statements.sum()));
            return viewCounts(ids -> store.read(ids, List.of()).counts());
        }
        JournalFolder folder = JournalFolder.of(settings);
        JournalConfig journal =
                JournalConfig.builder().journalDir(folder.path()).build();
        PvPool views =
                PvPool.builder().store(store).journal(Journals.of(journal)).build();
        closeLater(() -> {
            views.close();
            if (views.snapshot().pendingViews() == 0) {
                folder.discard();
            }
        });
        servlet(new PvPoolServlet(views), "/items/pvc");
        return viewCounts(views::counts);
    }

    private void openShop(ViewCounts views, Assets assets, AnswerPage answers) throws SQLException, IOException {
        catalog = Catalog.open(database.purchases(), views);
        Purchases purchases = new Purchases(database.purchases(), Duration.ofMillis(settings.servers().purchaseMillis));
        EnumSet<DispatcherType> waitingToo = EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);
        filter(new BrowserAnswers(answers, catalog), "", waitingToo);
        filter(new BrowserAnswers(answers, catalog), "/buy", waitingToo);
        servlet(new ShopPageServlet(catalog, assets), "");
        servlet(new ConsoleServlet(assets), "/console");
        servlet(new AssetServlet(assets), "/assets/*");
        servlet(new ItemsServlet(catalog), "/api/items");
        servlet(new BuyServlet(purchases), "/buy");
        section("shop", purchases::snapshot);
    }

    private void openLock() {
        LockStore store = closeLater(openLockStore());
        BuyLock lock = closeLater(BuyLock.builder().store(store).build());
        filter(new BuyLockFilter(lock), "/buy", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
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
            throw Rules.refused("--memcached", memcached, "must be HOST:PORT, or several separated by commas");
        }
    }

    private void section(String name, Supplier<?> snapshot) {
        context.setAttribute("stats." + name, snapshot);
    }

    private interface StoredCounts {
        Map<String, Long> of(Collection<String> ids) throws StoreException;
    }

    private static ViewCounts viewCounts(StoredCounts counts) {
        return ids -> {
            try {
                return counts.of(ids);
            } catch (StoreException e) {
                throw new SQLException(e.getMessage(), e);
            }
        };
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

    private void servlet(Servlet servlet, String path) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
    }

    /** Where it listens. */
    URI uri() {
        return URI.create("http://%s:%d".formatted(LOOPBACK, connector.getLocalPort()));
    }

    ShopDatabase database() {
        return database;
    }

    Catalog catalog() {
        return Objects.requireNonNull(catalog, "the shop has not been opened");
    }

    /** Stops accepting, finishes the requests under way, releases the locks, writes the views, closes the database. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "not closed in order", e);
            }
        }
    }
}
