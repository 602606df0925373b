package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.DispatcherType;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code HttpStatsFilter} with every dispatcher type: it counts each request once, with the status that was sent. */
@OnEveryContainer
class HttpStatsFilterIT {

    private static final EnumSet<DispatcherType> ALL = EnumSet.allOf(DispatcherType.class);

    private final ContainerVersion version;
    private final ServletContainer container;
    private final HttpStats stats = HttpStats.builder().build();

    HttpStatsFilterIT(ContainerVersion version) {
        this.version = version;
        container = version.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void countsTheStatusThatWasSent(ResponseCase responseCase) throws Exception {
        WebApp app = context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            ResponseCase.registerAll(context);
        };
        container.deploy(app.withErrorPage(409, "/page"));

        HttpReply answer = RawHttpClient.get(container.uri(), responseCase.path());

        assertThat(answer.status()).isEqualTo(responseCase.statusOn(version));
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().count()).isEqualTo(1);
        assertThat(snapshot.inFlight().now()).isZero();
        if (answer.status() != 0) {
            assertThat(answer.complete()).isTrue();
            assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(responseCase.status(), 1L));
            assertThat(snapshot.requests().aborted()).isZero();
        }
    }

    @Test
    void countsABrokenResponseAsAborted() throws Exception {
        deploy((request, response) -> {
            response.setStatus(201);
            response.setContentLength(1_000);
            response.getWriter().print("the beginning");
            response.flushBuffer();
            throw new IllegalStateException("expected");
        });

        HttpReply answer = RawHttpClient.get(container.uri(), "/app");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.complete()).isFalse();
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(201, 1L));
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
    }

    @Test
    void countsADisconnectDuringTheRequestAsAborted() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        deploy((request, response) -> {
            request.getInputStream().read();
            reading.countDown();
            request.getInputStream().readAllBytes();
        });
        try (RawHttpClient client = RawHttpClient.connect(container.uri())) {
            client.sendHead("POST", "/app", Map.of("Content-Length", "1000"));
            client.write("the beginning".getBytes(StandardCharsets.UTF_8));
            Latches.await(reading);
            client.reset();
        }
        assertThat(onceEnded().requests().aborted()).isEqualTo(1);
    }

    @Test
    void countsADisconnectDuringTheResponseAsAborted() throws Exception {
        deploy((request, response) -> {
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < 1_000; i++) {
                response.getOutputStream().write(block);
            }
        });
        try (RawHttpClient client = RawHttpClient.connect(container.uri())) {
            client.send("GET", "/app", Map.of(), "");
            client.awaitFirstByte();
            client.reset();
        }
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().count()).isEqualTo(1);
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
    }

    @Test
    void countsAnUnnoticedDisconnectOnce() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        deploy((request, response) -> {
            entered.countDown();
            Latches.await(mayEnd);
        });
        try (RawHttpClient client = RawHttpClient.connect(container.uri())) {
            client.send("GET", "/app", Map.of(), "");
            Latches.await(entered);
            assertThat(stats.snapshot().inFlight().now()).isEqualTo(1);
            client.reset();
        }
        mayEnd.countDown();
        assertThat(onceEnded().requests().count()).isEqualTo(1);
    }

    @Test
    void namesTheRoutesOfRootAndDefaultServlet() throws Exception {
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            context.addServlet("root", Servlets.serving((request, response) -> response.setStatus(200)))
                    .addMapping("");
        });

        RawHttpClient.get(container.uri(), "/");
        RawHttpClient.get(container.uri(), "/nowhere");

        Map<String, HttpStatsSnapshot.Route> routes =
                await().until(() -> stats.snapshot().routes(), seen -> seen.size() == 2);
        assertThat(routes).containsOnlyKeys("/", "/*");
        assertThat(routes.get("/").statusCounts()).isEqualTo(Map.of(200, 1L));
        assertThat(routes.get("/*").statusCounts()).isEqualTo(Map.of(404, 1L));
    }

    @Test
    void aBadSettingFailsTheStart() {
        WebApp app = context ->
                Servlets.filter(context, "stats", new HttpStatsFilter(), Map.of("samplingFactor", "0"), ALL, "/*");
        assertThatThrownBy(() -> container.deploy(app))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessageContaining("samplingFactor=0: must be ")
                .hasMessageNotContaining("\n");
    }

    private void deploy(Servlets.Service service) throws DeploymentFailed {
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            Servlets.servlet(context, "/app", service);
        });
    }

    /** The client may receive the response before the container has finished the request. */
    private HttpStatsSnapshot onceEnded() {
        return await().until(
                        stats::snapshot,
                        s -> s.inFlight().now() == 0
                                && s.requests().count() + s.requests().aborted() > 0);
    }
}
