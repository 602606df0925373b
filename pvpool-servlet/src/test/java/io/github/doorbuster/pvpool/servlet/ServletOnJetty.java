package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.OwnThreads;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A servlet on a Jetty, and a client for it. */
@Timeout(60)
abstract class ServletOnJetty {

    final String url = "jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());

    @TempDir
    Path folder;

    boolean async = true;
    List<String> paths = List.of("/items/pvc", "/items/pvc/top");
    final OwnThreads threads = new OwnThreads();
    final Server server = new Server();
    final ServletContextHandler context = new ServletContextHandler("/");
    final HttpClient client = HttpClient.newHttpClient();
    URI address = URI.create("http://127.0.0.1/");

    void start(PvPoolServlet servlet, Map<String, String> params) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(async);
        holder.setInitOrder(1);
        params.forEach(holder::setInitParameter);
        paths.forEach(path -> context.addServlet(holder, path));
        server.setHandler(context);
        threads.call(() -> {
            server.start();
            return server;
        });
        address = URI.create("http://127.0.0.1:%d%s".formatted(connector.getLocalPort(), paths.get(0)));
    }

    void startWithJournal(boolean asyncSupported) throws Exception {
        async = asyncSupported;
        start(
                new PvPoolServlet(),
                with(Map.of("journalDir", folder.resolve("journal").toString())));
    }

    /** Init-params for a new database, flushed every 50 ms, and those given. */
    Map<String, String> with(Map<String, String> params) {
        Map<String, String> all = new HashMap<>(Map.of("jdbcUrl", url, "createTables", "true", "flushMillis", "50"));
        all.putAll(params);
        return all;
    }

    static String numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(","));
    }

    HttpResponse<String> postWithKey(String key, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    void startOwnPool() throws Exception {
        start(new PvPoolServlet(), with(Map.of()));
    }

    @AfterEach
    void stopServer() throws Exception {
        server.stop();
    }

    HttpResponse<String> post(String contentType, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> post(String body) throws Exception {
        return post("application/json", body);
    }

    HttpResponse<String> get(String query) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address + query)).build(), BodyHandlers.ofString());
    }

    PvPoolSnapshot stats() {
        return (PvPoolSnapshot) ((Supplier<?>) context.getServletContext().getAttribute("stats.pvpool")).get();
    }
}
