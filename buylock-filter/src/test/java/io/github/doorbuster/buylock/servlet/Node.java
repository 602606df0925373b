package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One Jetty with one servlet behind the filter at /buy, and a /ping beside it. */
final class Node implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Server server;
    private final ServerConnector connector;
    private final ServletContextHandler context = new ServletContextHandler();

    Node(int threads, Filter filter, Map<String, String> initParams, boolean async, HttpServlet servlet)
            throws Exception {
        server = new Server(new QueuedThreadPool(threads));
        connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        FilterHolder holder = new FilterHolder(filter);
        holder.setInitParameters(initParams);
        holder.setAsyncSupported(async);
        context.addFilter(holder, "/buy", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        context.addServlet(new ServletHolder(servlet), "/buy");
        context.addServlet(
                new ServletHolder(new HttpServlet() {
                    private static final long serialVersionUID = 1L;
                }),
                "/ping");
        server.setHandler(context);
        server.start();
    }

    ServletContextHandler context() {
        return context;
    }

    int port() {
        return connector.getLocalPort();
    }

    HttpResponse<String> buy(String form) throws Exception {
        return CLIENT.send(request("/buy", form), BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> buyLater(String form) {
        return CLIENT.sendAsync(request("/buy", form), BodyHandlers.ofString());
    }

    HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpRequest request(String path, String form) {
        return at(path).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
