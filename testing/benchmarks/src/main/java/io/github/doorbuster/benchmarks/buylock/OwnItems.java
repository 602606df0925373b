package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLock;

/**
 * What the lock costs when nobody waits: each request has a different item, the purchase is empty, and there are 32
 * connections. Compares the same application without a lock, with the filter, and with Redisson's locks. Server and
 * load generator share the machine.
 *
 * <p>Three references show what any lock costs that asks memcached: filters that send the two commands and do nothing
 * else, over the client of the kit and over a connection written by hand for them, and a filter that only suspends the
 * request until another thread dispatches it.
 *
 * <p>Each application first runs for two rounds that are not measured, so that its code is compiled. Then the
 * applications alternate, and each round starts with a different one. The last rows are the medians.
 *
 * <p>Arguments: seconds per round, default 5; rounds, default 5; the numbers of the applications to run, separated by
 * commas, in the order of the table from 1, default all. Starts its own memcached, or uses {@code MEMCACHED_ADDR}, and
 * its own Redis.
 */
public final class OwnItems {

    private static final int CONNECTIONS = 32;
    private static final int WARM_UP_ROUNDS = 2;

    private OwnItems() {}

    /**
     * Runs the applications and prints a table.
     *
     * @param args seconds per round, rounds, applications
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        String chosen = args.length > 2 ? args[2] : "1,2,3,4,5,6,7,8";
        try (MemcachedServer memcached = MemcachedServer.start("-U", "0");
                RedisLocks redis = new RedisLocks()) {
            String address = memcached.address();
            long pid = pid(memcached);
            List<Application> all = List.of(
                    new Application("without the filter", null),
                    new Application("lock in memcached", () -> buylock(Map.of("memcached", address))),
                    new Application("lock in memory", () -> buylock(Map.of())),
                    new Application("two commands by hand", () -> reference(TwoCommandsByHand.connect(address))),
                    new Application("two commands by the client", () -> reference(new TwoCommandsByClient(address))),
                    new Application("suspended, no commands", () -> reference(new NoCommands())),
                    new Application("Redisson `RLock`", () -> new FilterHolder(new RedissonFilter(redis, false))),
                    new Application("Redisson `RFairLock`", () -> new FilterHolder(new RedissonFilter(redis, true))));
            List<Application> applications = Arrays.stream(chosen.split(",", -1))
                    .map(number -> all.get(Integer.parseInt(number) - 1))
                    .toList();
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                for (Application application : applications) {
                    measure(application.filter, seconds, pid);
                }
            }
            System.out.println("| application | requests/s | p50, ms | p99, ms | not 200 | bytes allocated per request"
                    + " | processor time per request, \u00b5s: container | load | memcached client | other | collector and"
                    + " compiler | memcached | switches per request | idle, % |");
            System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
            List<Application> order = new ArrayList<>(applications);
            for (int round = 0; round < rounds; round++) {
                for (Application application : order) {
                    application.results.add(measure(application.filter, seconds, pid));
                    application.print("", list -> list.get(list.size() - 1));
                }
                Collections.rotate(order, -1);
            }
            double without = applications.get(0).median(PurchaseLoad.Result::requestsPerSecond);
            for (Application application : applications) {
                application.print(
                        "median, %.0f %%: "
                                .formatted(100 * application.median(PurchaseLoad.Result::requestsPerSecond) / without),
                        OwnItems::median);
            }
        }
        System.exit(0);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** One of the applications, with its results. */
    private record Application(
            String name, @Nullable Supplier<FilterHolder> filter, List<PurchaseLoad.Result> results) {

        Application(String name, @Nullable Supplier<FilterHolder> filter) {
            this(name, filter, new ArrayList<>());
        }

        double median(ToDoubleFunction<PurchaseLoad.Result> value) {
            return of(value, OwnItems::median);
        }

        void print(String label, ToDoubleFunction<List<Double>> statistic) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s%s | %.0f | %.2f | %.2f | %.0f | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |"
                            + " %.0f |%n",
                    label,
                    name,
                    of(PurchaseLoad.Result::requestsPerSecond, statistic),
                    of(result -> result.times().getValueAtPercentile(50) / 1e6, statistic),
                    of(result -> result.times().getValueAtPercentile(99) / 1e6, statistic),
                    of(PurchaseLoad.Result::failed, statistic),
                    of(PurchaseLoad.Result::bytesPerRequest, statistic),
                    of(cpu(ThreadTimes.Part.CONTAINER), statistic),
                    of(cpu(ThreadTimes.Part.LOAD), statistic),
                    of(cpu(ThreadTimes.Part.MEMCACHED_CLIENT), statistic),
                    of(cpu(ThreadTimes.Part.OTHER), statistic),
                    of(PurchaseLoad.Result::collectorMicros, statistic),
                    of(PurchaseLoad.Result::memcachedMicros, statistic),
                    of(PurchaseLoad.Result::switchesPerRequest, statistic),
                    of(result -> result.linux().idlePercent(), statistic));
        }

        private static ToDoubleFunction<PurchaseLoad.Result> cpu(ThreadTimes.Part part) {
            return result -> result.cpuMicros().getOrDefault(part, 0.0);
        }

        private double of(ToDoubleFunction<PurchaseLoad.Result> value, ToDoubleFunction<List<Double>> statistic) {
            return statistic.applyAsDouble(
                    results.stream().mapToDouble(value).boxed().toList());
        }
    }

    private static FilterHolder buylock(Map<String, String> initParams) {
        FilterHolder filter = new FilterHolder(new BuyLockFilter());
        filter.setInitParameters(initParams);
        filter.setAsyncSupported(true);
        return filter;
    }

    private static FilterHolder reference(TwoCommands commands) {
        FilterHolder filter = new FilterHolder(new TwoCommandsFilter(commands));
        filter.setAsyncSupported(true);
        return filter;
    }

    /** {@return the process of a memcached on this machine} */
    private static long pid(MemcachedServer memcached) {
        return memcached.command("stats").stream()
                .filter(line -> line.startsWith("STAT pid "))
                .mapToLong(line -> Long.parseLong(line.substring("STAT pid ".length())))
                .findFirst()
                .orElseThrow();
    }

    private static PurchaseLoad.Result measure(@Nullable Supplier<FilterHolder> filter, int seconds, long memcachedPid)
            throws Exception {
        Server server = new Server(new QueuedThreadPool(16));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        if (filter != null) {
            context.addFilter(filter.get(), "/buy", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        }
        context.addServlet(new ServletHolder(new EmptyPurchase()), "/buy");
        server.setHandler(context);
        server.start();
        try {
            return PurchaseLoad.run(connector.getLocalPort(), CONNECTIONS, seconds, memcachedPid);
        } finally {
            server.stop();
        }
    }

    /** Locks the item around the purchase, as an application does without a kit. */
    private static final class RedissonFilter extends HttpFilter {

        private static final long serialVersionUID = 1;

        private final transient RedisLocks locks;
        private final boolean fair;

        RedissonFilter(RedisLocks locks, boolean fair) {
            this.locks = locks;
            this.fair = fair;
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            RLock lock = locks.lock(request.getParameter("item_id"), fair);
            lock.lock();
            try {
                chain.doFilter(request, response);
            } finally {
                lock.unlock();
            }
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
