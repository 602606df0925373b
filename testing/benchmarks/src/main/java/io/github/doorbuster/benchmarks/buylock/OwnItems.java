package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Every request its own item, an empty purchase, 32 connections: what the lock costs where nobody waits. The same
 * application with and without the filter, alternating; server and load generator share the machine.
 *
 * <p>Arguments: seconds per round, default 10; rounds, default 3. Starts a memcached of its own, or uses
 * {@code MEMCACHED_ADDR}.
 */
public final class OwnItems {

    private static final int CONNECTIONS = 32;

    private OwnItems() {}

    /**
     * Runs both and prints a table.
     *
     * @param args seconds per round, rounds
     * @throws Exception if a server does not start
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        try (MemcachedServer memcached = MemcachedServer.start("-U", "0")) {
            measure(Map.of("memcached", memcached.address()), seconds);
            measure(null, seconds);
            System.out.println(
                    "| application | requests/s | p50, ms | p99, ms | not 200 | bytes allocated per request |");
            System.out.println("|---|---|---|---|---|---|");
            for (int round = 0; round < rounds; round++) {
                print("without the filter", measure(null, seconds));
                print("lock in memcached", measure(Map.of("memcached", memcached.address()), seconds));
                print("lock in memory", measure(Map.of(), seconds));
            }
        }
        System.exit(0);
    }

    private static void print(String name, HttpLoad.Result result) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.2f | %.2f | %d | %d |%n",
                name,
                result.requestsPerSecond(),
                result.times().getValueAtPercentile(50) / 1e6,
                result.times().getValueAtPercentile(99) / 1e6,
                result.failed(),
                result.bytesPerRequest());
    }

    private static HttpLoad.Result measure(@Nullable Map<String, String> initParams, int seconds) throws Exception {
        Server server = new Server(new QueuedThreadPool(16));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        if (initParams != null) {
            FilterHolder filter = new FilterHolder(new BuyLockFilter());
            filter.setInitParameters(initParams);
            filter.setAsyncSupported(true);
            context.addFilter(filter, "/buy", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        }
        context.addServlet(new ServletHolder(new EmptyPurchase()), "/buy");
        server.setHandler(context);
        server.start();
        try {
            return HttpLoad.run(connector.getLocalPort(), CONNECTIONS, seconds);
        } finally {
            server.stop();
        }
    }

    private static final class EmptyPurchase extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] item = request.getParameter("item_id").getBytes(StandardCharsets.US_ASCII);
            response.setContentLength(item.length);
            response.getOutputStream().write(item);
        }
    }
}
