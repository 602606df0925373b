package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.servlet.ClientLimits;
import io.github.doorbuster.pvpool.servlet.HttpLimits;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import io.github.doorbuster.testing.Folders;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.RedisServer;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Measures POSTs of views on 32 connections, while the counts are written to a MariaDB at intervals: the pool in memory
 * and with its journal, both also with every check of ids, origins and clients, an endpoint that parses and discards,
 * one that also forces the ids to a file before it answers, the original design, and a {@code HINCRBY} per view through
 * Lettuce on a Redis whose append-only file is forced every second, or before each answer. Server, load generator and
 * databases share the machine.
 *
 * <p>Each endpoint is first warmed up for two rounds. Then the endpoints alternate, and each round starts with a
 * different one. What an endpoint has not written at the end of its time is written before the next one begins. The
 * pool flushes every few seconds under this load, so let a round be several times as long. The last rows are the
 * medians.
 *
 * <p>Arguments: seconds per round (default 20), rounds (default 5), ids per request (default 10), items (default
 * 100000), and the names of the endpoints (default all).
 */
public final class IntakeBenchmark {

    private static final int CONNECTIONS = 32;
    private static final int WARM_UP_ROUNDS = 2;

    /** Every check of a request, with limits that no client of the benchmark reaches. */
    private static final ClientLimits CHECKS =
            new ClientLimits(ViewRequests.ORIGIN, 1_000_000, 100_000, "127.0.0.1", "X-Forwarded-For");

    private IntakeBenchmark() {}

    /**
     * Runs the rounds and prints a line for each endpoint.
     *
     * @param args seconds per round, rounds, ids per request, items, endpoints
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int idsEach = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        int items = args.length > 3 ? Integer.parseInt(args[3]) : 100_000;
        List<String> only = List.of(args).subList(Math.min(4, args.length), args.length);
        List<List<String>> requests = ViewRequests.skewed(20_000, idsEach, items);
        Path journal = Files.createTempDirectory("doorbuster-bench-");
        try (MariaDbServer server = MariaDbServer.start();
                ConnectionPools database = new ConnectionPools(server);
                RedisServer everySecond = RedisServer.start("--appendonly", "yes", "--appendfsync", "everysec");
                RedisServer always = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                RedisServlet redisEverySecond = new RedisServlet(everySecond.address());
                RedisServlet redisAlways = new RedisServlet(always.address());
                ForcingServlet forcing = new ForcingServlet(journal.resolve("forced"));
                OriginalPool original = new OriginalPool(dataSource(database, "original"), 16, 1000);
                PvPool memory = pool(database, "memory", JournalConfig.builder());
                PvPool journaled =
                        pool(database, "journaled", JournalConfig.builder().journalDir(journal.resolve("journal")));
                PvPool checked = pool(
                        database, "checked", PvPoolConfig.builder().idPattern("m[0-9]{1,9}"), JournalConfig.builder());
                PvPool checkedJournal = pool(
                        database,
                        "checked_journal",
                        PvPoolConfig.builder().idPattern("m[0-9]{1,9}"),
                        JournalConfig.builder().journalDir(journal.resolve("checked")))) {
            Map<String, HttpServlet> endpoints = new LinkedHashMap<>();
            endpoints.put("discard", new ParsingServlet(id -> {}));
            endpoints.put("force", forcing);
            endpoints.put("memory", new PvPoolServlet(memory));
            endpoints.put("journal", new PvPoolServlet(journaled));
            endpoints.put("memory-checks", new PvPoolServlet(checked, HttpLimits.DEFAULTS, CHECKS));
            endpoints.put("journal-checks", new PvPoolServlet(checkedJournal, HttpLimits.DEFAULTS, CHECKS));
            endpoints.put("redis-everysec", redisEverySecond);
            endpoints.put("redis-always", redisAlways);
            endpoints.put("original", new ParsingServlet(original::addUnlessInterrupted));
            endpoints.keySet().removeIf(name -> !only.isEmpty() && !only.contains(name));
            run(endpoints, requests, seconds, rounds, () -> {
                for (PvPool pool : List.of(memory, journaled, checked, checkedJournal)) {
                    pool.flush();
                }
                original.flush();
            });
            System.out.println("original design, failed flushes: " + original.failedFlushes);
        }
        Folders.delete(journal);
    }

    /** What is done after each endpoint, so that the next one does not pay for it. */
    private interface Flush {
        void run() throws Exception;
    }

    private static void run(
            Map<String, HttpServlet> endpoints, List<List<String>> requests, int seconds, int rounds, Flush flush)
            throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        endpoints.forEach((name, servlet) -> add(context, "/" + name, servlet));
        server.setHandler(context);
        server.start();
        Map<String, List<HttpLoad.Result>> results = new LinkedHashMap<>();
        endpoints.keySet().forEach(name -> results.put(name, new ArrayList<>()));
        List<String> order = new ArrayList<>(endpoints.keySet());
        for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
            for (String name : order) {
                HttpLoad.Result result = HttpLoad.run(
                        connector.getLocalPort(), ViewRequests.posts("/" + name, requests), CONNECTIONS, seconds);
                flush.run();
                System.out.printf("%-8s %-14s %s%n", round <= 0 ? "warm-up" : "round " + round, name, result.row());
                if (round > 0) {
                    results.get(name).add(result);
                }
            }
            Collections.rotate(order, -1);
        }
        server.stop();
        double all = median(results.values().iterator().next(), HttpLoad.Result::perSecond);
        results.forEach((name, of) -> System.out.printf(
                "%-8s %-14s %,9.0f req/s (%.0f %%)  p99 %.2f ms  %,.0f bytes and %.1f µs of processor time per request%n",
                "median",
                name,
                median(of, HttpLoad.Result::perSecond),
                100 * median(of, HttpLoad.Result::perSecond) / all,
                median(of, result -> result.millis(99)),
                median(of, HttpLoad.Result::bytesPerRequest),
                median(of, HttpLoad.Result::cpuMicrosPerRequest)));
    }

    private static double median(List<HttpLoad.Result> results, ToDoubleFunction<HttpLoad.Result> value) {
        double[] sorted = results.stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static DataSource dataSource(ConnectionPools database, String name) throws Exception {
        DataSource dataSource = database.to(name);
        new JdbcPvStore(dataSource, JdbcConfig.builder().createTables(true).build()).prepare();
        return dataSource;
    }

    private static PvPool pool(ConnectionPools database, String name, JournalConfig.Builder journal) throws Exception {
        return pool(database, name, PvPoolConfig.builder(), journal);
    }

    private static PvPool pool(
            ConnectionPools database, String name, PvPoolConfig.Builder config, JournalConfig.Builder journal)
            throws Exception {
        return PvPool.builder()
                .store(new JdbcPvStore(dataSource(database, name)))
                .config(config.build())
                .journal(Journals.of(journal.build()))
                .build();
    }

    private static void add(ServletContextHandler context, String path, HttpServlet servlet) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        if (servlet instanceof PvPoolServlet) {
            holder.setInitParameter("name", path.substring(1));
        }
        context.addServlet(holder, path);
    }
}
