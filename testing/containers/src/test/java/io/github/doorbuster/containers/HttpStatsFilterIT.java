package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.containers.ServletContainer.DeploymentFailed;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code HttpStatsFilter} mapped to every dispatcher type: one record per request, with the status on the wire. */
@OnEveryContainer
class HttpStatsFilterIT {

    private static final EnumSet<DispatcherType> ALL = EnumSet.allOf(DispatcherType.class);

    private final Product product;
    private final ServletContainer container;
    private final HttpStats stats = HttpStats.builder().build();

    HttpStatsFilterIT(Product product) {
        this.product = product;
        container = product.running();
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void countsTheStatusThatTheClientSaw(Ending ending) throws Exception {
        WebApp app = context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            Ending.registerAll(context);
        };
        container.deploy(app.withErrorPage(409, "/page"));

        Wire.Answer answer = Wire.get(container.uri(), ending.path());

        assertThat(answer.status()).isEqualTo(ending.statusOn(product));
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().count()).isEqualTo(1);
        assertThat(snapshot.inFlight().now()).isZero();
        if (answer.status() != 0) {
            assertThat(answer.complete()).isTrue();
            assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(ending.status(), 1L));
            assertThat(snapshot.requests().aborted()).isZero();
        }
    }

    @Test
    void anAnswerThatBreaksOffCountsUnderItsStatusAndAsAnAbort() throws Exception {
        deploy((request, response) -> {
            response.setStatus(201);
            response.setContentLength(1_000);
            response.getWriter().print("the beginning");
            response.flushBuffer();
            throw new IllegalStateException("as planned");
        });

        Wire.Answer answer = Wire.get(container.uri(), "/app");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.complete()).isFalse();
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(201, 1L));
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesWithinItsBodyIsAnAbort() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        deploy((request, response) -> {
            request.getInputStream().read();
            reading.countDown();
            request.getInputStream().readAllBytes();
        });
        try (Wire client = Wire.open(container.uri())) {
            client.head("POST", "/app", Map.of(), 1_000);
            client.write(Wire.bytes("the beginning"));
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
            client.reset();
        }
        assertThat(onceEnded().requests().aborted()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesDuringALargeAnswerIsAnAbort() throws Exception {
        deploy((request, response) -> {
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < 1_000; i++) {
                response.getOutputStream().write(block);
            }
        });
        try (Wire client = Wire.open(container.uri())) {
            client.request("GET", "/app", Map.of(), new byte[0]);
            client.awaitFirstByte();
            client.reset();
        }
        HttpStatsSnapshot snapshot = onceEnded();
        assertThat(snapshot.requests().count()).isEqualTo(1);
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesUnnoticedIsCountedOnceAndNotInFlightForEver() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        deploy((request, response) -> {
            entered.countDown();
            Latches.await(left);
        });
        try (Wire client = Wire.open(container.uri())) {
            client.request("GET", "/app", Map.of(), new byte[0]);
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(stats.snapshot().inFlight().now()).isEqualTo(1);
            client.reset();
        }
        left.countDown();
        assertThat(onceEnded().requests().count()).isEqualTo(1);
    }

    @Test
    void theContextRootAndTheDefaultServletAreTwoRoutesWithNames() throws Exception {
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            context.addServlet("root", Servlets.behaving((request, response) -> response.setStatus(200)))
                    .addMapping("");
        });

        Wire.get(container.uri(), "/");
        Wire.get(container.uri(), "/nowhere");

        Map<String, HttpStatsSnapshot.Route> routes =
                await().until(() -> stats.snapshot().routes(), seen -> seen.size() == 2);
        assertThat(routes).containsOnlyKeys("/", "/*");
        assertThat(routes.get("/").statusCounts()).isEqualTo(Map.of(200, 1L));
        assertThat(routes.get("/*").statusCounts()).isEqualTo(Map.of(404, 1L));
    }

    @Test
    void aBadSettingStopsTheStartWithOneLine() {
        WebApp app = context ->
                Servlets.filter(context, "stats", new HttpStatsFilter(), Map.of("samplingFactor", "0"), ALL, "/*");
        assertThatThrownBy(() -> container.deploy(app))
                .isInstanceOf(DeploymentFailed.class)
                .hasMessageContaining("samplingFactor=0: must be ")
                .hasMessageNotContaining("\n");
    }

    private void deploy(Servlets.Behaviour behaviour) throws DeploymentFailed {
        container.deploy(context -> {
            Servlets.filter(context, "stats", new HttpStatsFilter(stats), ALL);
            Servlets.servlet(context, "/app", behaviour);
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
