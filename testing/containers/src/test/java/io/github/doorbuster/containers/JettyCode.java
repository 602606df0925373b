package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.micrometer.BuyLockMetrics;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.StatsAccess;
import io.github.doorbuster.httpstats.jetty.HttpStatsHandler;
import io.github.doorbuster.httpstats.jetty.StatsHandler;
import io.github.doorbuster.httpstats.micrometer.HttpStatsMetrics;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.micrometer.PvPoolMetrics;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;

/** The Jetty code in the documentation. {@link JettyCodeIT} runs it. */
final class JettyCode {

    private JettyCode() {}

    static Readme readme(String memcached, DataSource dataSource) {
        ServletContextHandler context = new ServletContextHandler();

        HttpStatsConfig statsConfig =
                HttpStatsConfig.builder().samplingFactor(10).build();
        HttpStats stats = HttpStats.builder().config(statsConfig).build();
        FilterHolder statsFilter = new FilterHolder(new HttpStatsFilter(stats));
        statsFilter.setAsyncSupported(true);
        context.addFilter(statsFilter, "/*", EnumSet.allOf(DispatcherType.class));
        context.addServlet(new ServletHolder(new StatsServlet(stats)), "/stats");

        LockStore store = MemcachedLockStore.connect(memcached); // "cache1:11211,cache2:11211"
        BuyLock lock = BuyLock.builder()
                .config(BuyLockConfig.builder().waitMillis(3000).build())
                .store(store)
                .build();
        FilterHolder lockFilter = new FilterHolder(new BuyLockFilter(lock));
        lockFilter.setAsyncSupported(true);
        context.addFilter(lockFilter, "/buy", EnumSet.allOf(DispatcherType.class));

        JdbcConfig tables = JdbcConfig.builder().createTables(true).build();
        PvPool views =
                PvPool.builder().store(new JdbcPvStore(dataSource, tables)).build();
        ServletHolder viewsServlet = new ServletHolder(new PvPoolServlet(views));
        viewsServlet.setAsyncSupported(true);
        context.addServlet(viewsServlet, "/items/pvc");
        return new Readme(context, lock, store, views);
    }

    static ServletContextHandler httpstats() {
        ServletContextHandler context = new ServletContextHandler();
        HttpStatsConfig config = HttpStatsConfig.builder().samplingFactor(10).build();
        HttpStats stats = HttpStats.builder().config(config).build();

        FilterHolder filter = new FilterHolder(new HttpStatsFilter(stats));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.allOf(DispatcherType.class));
        context.addServlet(new ServletHolder(new StatsServlet(stats)), "/stats");
        return context;
    }

    static void httpstatsAroundTheServer(Server server, HttpStats stats, ServletContextHandler context) {
        server.setHandler(new HttpStatsHandler(stats, List.of("/items/*", "/buy", "/"), context));
    }

    static void statsWithoutServlets(Server server, HttpStats stats, Handler application) {
        Handler answers =
                new Handler.Sequence(new StatsHandler(stats, "/stats", StatsAccess.of(null, null)), application);
        server.setHandler(new HttpStatsHandler(stats, List.of("/items/*", "/buy"), answers));
    }

    static void micrometer(HttpStats stats, BuyLock lock, PvPool pool, MeterRegistry registry) {
        new HttpStatsMetrics(stats).bindTo(registry);
        new BuyLockMetrics(lock).bindTo(registry);
        new PvPoolMetrics(pool).bindTo(registry);
    }

    /** Adds the lock, runs the server, and stops both in order. */
    static void buylock(String memcached, ServletContextHandler context, Server server, Running running)
            throws Exception {
        MemcachedLockStore store = MemcachedLockStore.connect(memcached); // "10.0.0.5:11211,10.0.0.6:11211"
        BuyLock lock = BuyLock.builder()
                .config(BuyLockConfig.builder().waitMillis(3_000).build())
                .store(store)
                .build();

        FilterHolder buylock = new FilterHolder(new BuyLockFilter(lock));
        buylock.setAsyncSupported(true);
        context.addFilter(buylock, "/buy", EnumSet.allOf(DispatcherType.class));
        running.run();
        server.stop(); // finishes requests
        lock.close(); // rejects purchases that wait, releases every lease
        store.close();
    }

    static PvPool pvpool(DataSource dataSource, Path journalDir, ServletContextHandler context) {
        JdbcPvStore store = new JdbcPvStore(
                dataSource, JdbcConfig.builder().createTables(true).build());
        JournalConfig journal = JournalConfig.builder().journalDir(journalDir).build();
        PvPool pool =
                PvPool.builder().store(store).journal(Journals.of(journal)).build();
        ServletHolder holder = new ServletHolder(new PvPoolServlet(pool)); // does not close the pool
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/items/pvc");
        return pool;
    }

    /** The objects of the README's code; all but the context are closed after the server has stopped. */
    record Readme(ServletContextHandler context, BuyLock lock, LockStore store, PvPool views) implements AutoCloseable {

        @Override
        public void close() {
            lock.close();
            store.close();
            views.close();
        }
    }

    /** Runs while the server is up. */
    @FunctionalInterface
    interface Running {
        void run() throws Exception;
    }
}
