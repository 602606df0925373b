package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * One hot item in a Jetty with 10 threads, while 40 clients load an unrelated page that takes 50 ms. 60 buyers buy
 * again as soon as they have bought; a purchase takes 2 ms. Compares purchases that are brought to a thread when their
 * item is free with those that stand by.
 *
 * <p>Argument: seconds per row, default 10. Starts its own memcached, or uses {@code MEMCACHED_ADDR}.
 */
public final class HotItemInContainer {

    private static final int THREADS = 10;
    private static final int OTHER_CLIENTS = 40;
    private static final int OTHER_MILLIS = 50;
    private static final int BUYERS = 60;
    private static final int HOLD_MILLIS = 2;
    private static final int WARM_UP_SECONDS = 2;

    private HotItemInContainer() {}

    /**
     * Runs the rows and prints a table.
     *
     * @param args seconds per row
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        try (MemcachedServer memcached = MemcachedServer.start("-U", "0")) {
            run(memcached, 32, 0, WARM_UP_SECONDS); // warms up
            System.out.println("| other clients | standbyThreads | purchases/s | grant to purchase p50, ms | p99, ms"
                    + " | of the thread time stood by | other page/s | p99, ms |");
            System.out.println("|---|---|---|---|---|---|---|---|");
            for (int clients : new int[] {0, OTHER_CLIENTS}) {
                for (int standbyThreads : new int[] {0, 32}) {
                    System.out.println(run(memcached, standbyThreads, clients, seconds));
                }
            }
        }
        System.exit(0);
    }

    private static String run(MemcachedServer memcached, int standbyThreads, int others, int seconds) throws Exception {
        BuyLockConfig config = BuyLockConfig.builder()
                .waitMillis(600_000)
                .standbyThreads(standbyThreads)
                .build();
        try (MemcachedLockStore store = MemcachedLockStore.connect(memcached.address());
                BuyLock lock = BuyLock.builder().config(config).store(store).build()) {
            Server server = server(lock);
            int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
            ExecutorService clients = Executors.newFixedThreadPool(2);
            try {
                byte[] page = "GET /page HTTP/1.1\r\nHost: shop\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                byte[] purchase = ("POST /buy HTTP/1.1\r\nHost: shop\r\nContent-Length: 11\r\n"
                                + "Content-Type: application/x-www-form-urlencoded\r\n\r\nitem_id=hot")
                        .getBytes(StandardCharsets.US_ASCII);
                Future<HttpLoad.@Nullable Result> other =
                        clients.submit(() -> others == 0 ? null : HttpLoad.run(port, List.of(page), others, seconds));
                HttpLoad.Result bought = HttpLoad.run(port, List.of(purchase), BUYERS, seconds);
                return row(standbyThreads, others, bought, other.get(), lock.snapshot());
            } finally {
                clients.shutdown();
                server.stop();
            }
        }
    }

    private static String row(
            int standbyThreads,
            int others,
            HttpLoad.Result bought,
            HttpLoad.@Nullable Result other,
            BuyLockSnapshot snapshot) {
        if (!bought.allSucceeded()) {
            throw new IllegalStateException("purchases failed: " + bought.row());
        }
        Double share = snapshot.standby().share();
        return String.format(
                Locale.ROOT,
                "| %d | %d | %.0f | %.2f | %.2f | %.1f %% | %s |",
                others,
                standbyThreads,
                bought.perSecond(),
                millis(snapshot.dispatchTime().p50()),
                millis(snapshot.dispatchTime().p99()),
                share == null ? 0 : 100 * share,
                other == null
                        ? "- | -"
                        : String.format(Locale.ROOT, "%.0f | %.0f", other.perSecond(), other.millis(99)));
    }

    private static double millis(@Nullable Double seconds) {
        return seconds == null ? 0 : 1e3 * seconds;
    }

    private static Server server(BuyLock lock) throws Exception {
        Server server = new Server(new QueuedThreadPool(THREADS));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        FilterHolder filter = new FilterHolder(new BuyLockFilter(lock));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/buy", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        context.addServlet(new ServletHolder(new Sleeping(HOLD_MILLIS)), "/buy");
        context.addServlet(new ServletHolder(new Sleeping(OTHER_MILLIS)), "/page");
        server.setHandler(context);
        server.start();
        return server;
    }

    private static final class Sleeping extends HttpServlet {

        private static final long serialVersionUID = 1;
        private final int millis;

        Sleeping(int millis) {
            this.millis = millis;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            response.setStatus(204);
        }
    }
}
