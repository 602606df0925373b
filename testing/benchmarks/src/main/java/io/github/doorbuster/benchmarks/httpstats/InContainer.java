package io.github.doorbuster.benchmarks.httpstats;

import io.github.doorbuster.benchmarks.http.HttpLoad;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The rate of a Jetty server without a filter, with a factor of 1 and with a factor of 10, for several numbers of
 * clients, in alternating turns. The JVM option {@code -XX:ActiveProcessorCount} says for how many processors the
 * stripes are made. Unlike a microbenchmark with pinned threads, a container moves requests from thread to thread.
 *
 * <p>Usage: {@code java -XX:ActiveProcessorCount=32 -cp benchmarks.jar ...InContainer [seconds] [turns]}
 */
final class InContainer {

    private static final byte[] REQUEST =
            "GET /items/1 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int[] CLIENTS = {1, 8, 64};
    private static final Filter NONE = (request, response, chain) -> chain.doFilter(request, response);

    private InContainer() {}

    /** Prints one line for each number of clients and each filter. */
    public static void main(String... arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        System.out.printf("%d processors%n", Runtime.getRuntime().availableProcessors());
        for (int clients : CLIENTS) {
            for (int turn = 0; turn < turns; turn++) {
                double none = rate(NONE, clients, seconds);
                double all = rate(filter(1), clients, seconds);
                double tenth = rate(filter(10), clients, seconds);
                System.out.printf(
                        "%3d clients, turn %d: %,9.0f req/s without, factor 1 %.3f of it, factor 10 %.3f of it%n",
                        clients, turn, none, all / none, tenth / none);
            }
        }
    }

    private static Filter filter(int samplingFactor) {
        HttpStatsConfig config =
                HttpStatsConfig.builder().samplingFactor(samplingFactor).build();
        return new HttpStatsFilter(HttpStats.builder().config(config).build());
    }

    private static double rate(Filter filter, int clients, int seconds) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(new FilterHolder(filter), "/*", EnumSet.allOf(DispatcherType.class));
        context.addServlet(new ServletHolder(new Item()), "/items/*");
        server.setHandler(context);
        server.start();
        try {
            return HttpLoad.run(connector.getLocalPort(), List.of(REQUEST), clients, seconds)
                    .perSecond();
        } finally {
            server.stop();
        }
    }

    private static final class Item extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = "an item".getBytes(StandardCharsets.US_ASCII);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
