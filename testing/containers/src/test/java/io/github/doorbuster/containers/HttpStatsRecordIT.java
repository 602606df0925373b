package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the filter records of a request besides its status: the time, the route, and how it ended. */
@OnEveryContainer
class HttpStatsRecordIT {

    private static final EnumSet<DispatcherType> ALL = EnumSet.allOf(DispatcherType.class);
    private static final String ROUTE = "route";

    private final ServletContainer container;
    private final HttpStats stats = HttpStats.builder()
            .config(HttpStatsConfig.builder().routeAttribute(ROUTE).build())
            .build();

    HttpStatsRecordIT(ContainerVersion version) {
        container = version.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @Test
    void aStreamWhoseClientHangsUpHasNoResponseTime() throws Exception {
        deploy((request, response) -> streamUntilTheClientIsGone(response));

        hangUpAfterTheFirstEvent();

        assertIsAStream();
    }

    /**
     * The stream fails after Tomcat's thread has left the request. If it fails before, Tomcat drops the request without
     * calling a listener.
     */
    @Test
    void anAsynchronousStreamWhoseClientHangsUpHasNoResponseTime() throws Exception {
        CompletableFuture<Thread> containerThread = new CompletableFuture<>();
        CountDownLatch clientGone = new CountDownLatch(1);
        deploy((request, response) -> {
            boolean jetty = request.getServletContext().getServerInfo().startsWith("jetty");
            AsyncContext async = request.startAsync();
            async.setTimeout(20_000);
            async.start(() -> {
                try {
                    streamAfterTheFirstEvent(clientGone, (HttpServletResponse) async.getResponse());
                } catch (IOException e) {
                    // Tomcat ends the request itself, and may have recycled it by now.
                    if (jetty) {
                        async.complete();
                    }
                }
            });
            containerThread.complete(Thread.currentThread());
        });

        hangUpAfterTheFirstEvent();
        Thread thread = containerThread.join();
        await().until(() -> Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.getClassName().startsWith("org.apache.coyote.")));
        clientGone.countDown();

        assertIsAStream();
    }

    private static void streamAfterTheFirstEvent(CountDownLatch clientGone, HttpServletResponse response)
            throws IOException {
        response.setContentType("text/event-stream");
        response.getOutputStream().write("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
        Latches.await(clientGone);
        streamUntilTheClientIsGone(response);
    }

    private static void streamUntilTheClientIsGone(HttpServletResponse response) throws IOException {
        response.setContentType("text/event-stream");
        byte[] event = ("data: " + "x".repeat(8_192) + "\n\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            response.getOutputStream().write(event);
            response.flushBuffer();
        }
        throw new IllegalStateException("the client stayed");
    }

    private void hangUpAfterTheFirstEvent() throws IOException {
        try (RawHttpClient client = RawHttpClient.connect(container.uri())) {
            client.send("GET", "/app", Map.of(), "");
            client.awaitFirstByte();
            client.reset();
        }
    }

    private void assertIsAStream() {
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().streamed()).isEqualTo(1);
        assertThat(snapshot.requests().aborted()).isZero();
        assertThat(snapshot.window().latency().samples()).isZero();
    }

    @Test
    void aRequestThatWaitedHasTheRouteOfItsEnd() throws Exception {
        Filter waiting = (request, response, chain) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                chain.doFilter(request, response);
            } else {
                AsyncContext async = request.startAsync();
                async.start(async::dispatch);
            }
        };
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            Servlets.filter(context, "waiting", waiting, ALL);
            Servlets.servlet(context, "/app/*", (request, response) -> request.setAttribute(ROUTE, "/app/{id}"));
        });

        assertThat(RawHttpClient.get(container.uri(), "/app/1").status()).isEqualTo(200);

        assertThat(onceEnded().routes()).containsOnlyKeys("/app/{id}");
    }

    @Test
    void anAsynchronousRequestHasTheRouteOfItsEnd() throws Exception {
        deploy((request, response) -> {
            AsyncContext async = request.startAsync();
            async.start(() -> {
                request.setAttribute(ROUTE, "/app/{id}");
                async.complete();
            });
        });

        assertThat(RawHttpClient.get(container.uri(), "/app").status()).isEqualTo(200);

        assertThat(onceEnded().routes()).containsOnlyKeys("/app/{id}");
    }

    @Test
    void anEmptyPatternIsTheRoot() throws Exception {
        deploy((request, response) -> request.setAttribute(ROUTE, ""));

        assertThat(RawHttpClient.get(container.uri(), "/app").status()).isEqualTo(200);

        assertThat(onceEnded().routes()).containsOnlyKeys("/");
    }

    @Test
    void aRequestFirstSeenInAnErrorDispatchIsCountedAndNotTimed() throws Exception {
        Filter rejecting = (request, response, chain) -> ((HttpServletResponse) response).sendError(401);
        WebApp app = context -> {
            Servlets.filter(context, "rejecting", rejecting, EnumSet.of(DispatcherType.REQUEST));
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            Servlets.servlet(
                    context,
                    "/login",
                    (request, response) -> response.getWriter().print("log in"));
        };
        container.deploy(app.withErrorPage(401, "/login"));

        assertThat(RawHttpClient.get(container.uri(), "/app").status()).isEqualTo(401);

        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(401, 1L));
        assertThat(snapshot.window().latency().samples()).isZero();
        assertThat(snapshot.routes()).containsOnlyKeys("_OTHER");
    }

    private void deploy(Servlets.Service service) throws DeploymentFailed {
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            Servlets.servlet(context, "/app", service);
        });
    }

    /** The client may have its answer a moment before the container is through with the request. */
    private HttpStatsSnapshot onceEnded() {
        return await().until(
                        stats::snapshot,
                        s -> s.inFlight().now() == 0
                                && s.requests().count() + s.requests().aborted() > 0);
    }
}
