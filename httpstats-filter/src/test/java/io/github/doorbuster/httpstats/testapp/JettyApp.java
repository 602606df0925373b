package io.github.doorbuster.httpstats.testapp;

import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A web application on a Jetty server of its own, and a client for it. */
public final class JettyApp {

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ErrorPageErrorHandler errorPages = new ErrorPageErrorHandler();
    private final HttpClient client = HttpClient.newHttpClient();
    public final ServletContextHandler context = new ServletContextHandler();

    public JettyApp() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
        context.setErrorHandler(errorPages);
    }

    public FilterHolder filter(Filter filter) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.allOf(DispatcherType.class));
        return holder;
    }

    public ServletHolder servlet(String pattern, Servlet servlet) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, pattern);
        return holder;
    }

    /** Wraps the application in a handler. */
    public void wrap(UnaryOperator<Handler> wrapper) {
        server.setHandler(wrapper.apply(context));
    }

    /** Takes the address of a client from the headers that a proxy sets, and that any client can send. */
    public void trustForwardedHeaders() {
        connector
                .getConnectionFactory(HttpConfiguration.ConnectionFactory.class)
                .getHttpConfiguration()
                .addCustomizer(new ForwardedRequestCustomizer());
    }

    /** Takes the address of a client from what a proxy sends first on a connection, if it does. */
    public void expectProxyProtocol() {
        connector.addFirstConnectionFactory(new ProxyConnectionFactory());
    }

    public void errorPage(int status, String path) {
        errorPages.addErrorPage(status, path);
    }

    public void start() throws Exception {
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + connector.getLocalPort() + path;
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Returns the status on the wire, also of a response that ends too early. */
    public int status(String path) throws IOException {
        return RawHttpClient.get(URI.create(url("")), path).status();
    }

    /** Sends a request as it is, and returns the whole response. */
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Sends a request, reads the first bytes of the response, and resets the connection. */
    public void disconnectDuringTheResponse(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            in.readNBytes(64);
        }
    }

    /** Returns the numbers once a request is recorded, which may be a moment after the client has its response. */
    public HttpStatsSnapshot idle(HttpStats stats) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(
                        stats::snapshot,
                        s -> s.inFlight().now() == 0
                                && s.requests().count() + s.requests().aborted() > 0);
        return stats.snapshot(); // that one may have been taken while the request ended
    }

    public List<Object> attributes() {
        ServletContext attributes = context.getServletContext();
        return Collections.list(attributes.getAttributeNames()).stream()
                .map(attributes::getAttribute)
                .toList();
    }

    public void stop() throws Exception {
        server.stop();
    }
}
