package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.pvpool.servlet.PvPoolServlet;
import io.github.doorbuster.testing.Folders;
import io.github.doorbuster.testing.MariaDbServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Measures requests of 10 ids over 100,000 items on 32 connections, while the counts are written to a MariaDB every
 * second: the pool in memory and with its journal, an endpoint that parses and discards, and the original design.
 * Arguments: seconds per run (default 10), rounds (default 3).
 */
public final class IntakeBenchmark {

    private static final int CONNECTIONS = 32;

    private IntakeBenchmark() {}

    /**
     * Runs the rounds and prints a line for each endpoint.
     *
     * @param args seconds per run, rounds
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        List<List<String>> requests = ViewRequests.skewed(20_000, 10, 100_000);
        Path journal = Files.createTempDirectory("doorbuster-bench-");
        try (MariaDbServer database = MariaDbServer.start();
                OriginalPool original = new OriginalPool(dataSource(database, "original"), 16, 1000);
                PvPool memory = pool(database, "memory", JournalConfig.builder());
                PvPool journaled =
                        pool(database, "journaled", JournalConfig.builder().journalDir(journal))) {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler("/");
            add(context, "/discard", new ParsingServlet(id -> {}));
            add(context, "/memory", new PvPoolServlet(memory));
            add(context, "/journal", new PvPoolServlet(journaled));
            add(context, "/original", new ParsingServlet(id -> {
                try {
                    original.add(id);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            server.setHandler(context);
            server.start();
            for (int round = 0; round <= rounds; round++) {
                for (String path : List.of("/discard", "/memory", "/journal", "/original")) {
                    HttpLoad.Result result = HttpLoad.run(
                            connector.getLocalPort(), ViewRequests.posts(path, requests), CONNECTIONS, seconds);
                    System.out.printf("%-7s %-10s %s%n", round == 0 ? "warm-up" : "round " + round, path, result.row());
                }
            }
            server.stop();
            System.out.println("original design, failed flushes: " + original.failedFlushes);
        }
        Folders.delete(journal);
    }

    private static DataSource dataSource(MariaDbServer database, String name) throws Exception {
        DataSource dataSource = database.dataSource(name);
        new JdbcPvStore(dataSource, JdbcConfig.builder().createTables(true).build()).prepare();
        return dataSource;
    }

    private static PvPool pool(MariaDbServer database, String name, JournalConfig.Builder journal) throws Exception {
        return PvPool.builder()
                .store(new JdbcPvStore(dataSource(database, name)))
                .journal(Journals.of(journal.build()))
                .build();
    }

    private static void add(ServletContextHandler context, String path, HttpServlet servlet) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
    }

    /** Parses the ids without checking anything else. */
    private static final class ParsingServlet extends HttpServlet {

        private static final long serialVersionUID = 1L;
        private static final JsonFactory JSON = new JsonFactory();

        private final transient Consumer<String> sink;

        ParsingServlet(Consumer<String> sink) {
            this.sink = sink;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) {
            try {
                List<String> ids = new ArrayList<>();
                try (JsonParser parser = JSON.createParser(
                        ObjectReadContext.empty(), request.getInputStream().readAllBytes())) {
                    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                        if (token.isScalarValue()) {
                            ids.add(parser.getString());
                        }
                    }
                }
                ids.forEach(sink);
                byte[] answer = ("{\"accepted\":" + ids.size() + "}").getBytes(StandardCharsets.UTF_8);
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
                response.setContentType("application/json; charset=utf-8");
                response.setContentLength(answer.length);
                response.getOutputStream().write(answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
