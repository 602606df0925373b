package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.jetty.HttpStatsHandler;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code HttpStatsHandler} around an application: it counts the status that was sent, also where a filter cannot. */
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("io.github.doorbuster.containers.ContainerVersion#jettyUnderTest")
@Timeout(120)
class HttpStatsHandlerIT {

    private final JettyContainer container;
    private final HttpStats stats = HttpStats.builder().build();

    HttpStatsHandlerIT(ContainerVersion version) {
        container = (JettyContainer) version.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void countsTheStatusThatWasSent(ResponseCase responseCase) throws Exception {
        WebApp app = ResponseCase::registerAll;
        deploy(app.withErrorPage(409, "/page"));

        HttpReply answer = RawHttpClient.get(container.uri(), responseCase.path());

        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(answer.status(), 1L));
        assertThat(snapshot.requests().count()).isEqualTo(1);
        assertThat(snapshot.requests().aborted()).isZero();
    }

    @Test
    void countsTheStatusOfAnErrorPage() throws Exception {
        WebApp app = context -> {
            Servlets.servlet(context, "/app", (request, response) -> response.sendError(410));
            Servlets.servlet(context, "/page", (request, response) -> response.setStatus(299));
        };
        deploy(app.withErrorPage(410, "/page"));

        assertThat(RawHttpClient.get(container.uri(), "/app").status()).isEqualTo(299);
        assertThat(onceEnded().requests().statusCounts()).isEqualTo(Map.of(299, 1L));
    }

    @Test
    void countsABrokenResponseAsAborted() throws Exception {
        deploy(context -> Servlets.servlet(context, "/app", (request, response) -> {
            response.setStatus(201);
            response.setContentLength(1_000);
            response.flushBuffer();
            throw new IllegalStateException("expected");
        }));

        HttpReply answer = RawHttpClient.get(container.uri(), "/app");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.complete()).isFalse();
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(201, 1L));
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
    }

    @Test
    void countsADisconnectAsAborted() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        deploy(context -> Servlets.servlet(context, "/app", (request, response) -> {
            entered.countDown();
            Latches.await(mayEnd);
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < 100; i++) {
                response.getOutputStream().write(block);
            }
        }));
        try (RawHttpClient client = RawHttpClient.connect(container.uri())) {
            client.send("GET", "/app", Map.of(), "");
            Latches.await(entered);
            client.reset();
        }
        mayEnd.countDown();
        assertThat(onceEnded().requests().aborted()).isEqualTo(1);
    }

    @Test
    void namesTheRoutesOfRootAndDefaultServlet() throws Exception {
        WebApp app =
                context -> context.addServlet("root", Servlets.serving((request, response) -> response.setStatus(200)))
                        .addMapping("");
        container.deploy(app, context -> new HttpStatsHandler(stats, List.of("", "/"), context));

        RawHttpClient.get(container.uri(), "/");
        RawHttpClient.get(container.uri(), "/nowhere");

        Set<String> routes = await().until(() -> stats.snapshot().routes().keySet(), seen -> seen.size() == 2);
        assertThat(routes).containsExactlyInAnyOrder("/", "/*");
    }

    private void deploy(WebApp app) throws Exception {
        container.deploy(app, context -> new HttpStatsHandler(stats, List.of(), context));
    }

    private HttpStatsSnapshot onceEnded() {
        return await().until(
                        stats::snapshot,
                        s -> s.inFlight().now() == 0
                                && s.requests().count() + s.requests().aborted() > 0);
    }
}
