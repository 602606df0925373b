package io.github.doorbuster.httpstats.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import io.github.doorbuster.httpstats.testapp.Scenario;
import io.github.doorbuster.httpstats.testapp.ScenarioServlet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The handler records each request once, with the status that the client got, error pages included. */
class HandlerOutcomeIT {

    private final HttpStats stats = HttpStats.builder()
            .config(HttpStatsConfig.builder().queueTime(true).build())
            .build();
    private final JettyApp app = new JettyApp();

    @BeforeEach
    void start() throws Exception {
        app.wrap(application -> new HttpStatsHandler(stats, List.of("/do/*", "/only"), application));
        app.servlet("/do/*", new ScenarioServlet());
        app.errorPage(410, "/do/ERROR_PAGE_299");
        app.start();
    }

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    @ParameterizedTest
    @EnumSource
    void recordsTheStatusOnTheWire(Scenario scenario) throws Exception {
        int wire = app.status("/do/" + scenario);

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(wire, 1L));
        assertThat(snapshot.routes().keySet()).containsExactly("/do/*");
        assertThat(snapshot.window().latency().samples()).isEqualTo(1);
        assertThat(snapshot.window().firstByte().samples()).isEqualTo(1);
        assertThat(snapshot.window().firstByte().maxNanos())
                .isLessThanOrEqualTo(snapshot.window().latency().maxNanos());
    }

    @Test
    void recordsTheStatusOfTheErrorPage() throws Exception {
        int wire = app.status("/do/ERROR_WITH_PAGE");

        assertThat(wire).isEqualTo(299);
        assertThat(app.idle(stats).requests().statusCounts()).isEqualTo(Map.of(299, 1L));
    }

    @Test
    void aDisconnectDuringTheResponseIsAnAbort() throws Exception {
        app.disconnectDuringTheResponse("/do/LARGE");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(200, 1L));
    }

    @Test
    void anExceptionAfterTheCommitIsAnAbort() throws Exception {
        app.status("/do/FLUSH_THEN_THROW");

        assertThat(app.idle(stats).requests().aborted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STREAM", "UPPER_CASE_STREAM"})
    void aStreamHasNoResponseTime(String stream) throws Exception {
        app.get("/do/" + stream);

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.requests().streamed()).isEqualTo(1);
        assertThat(snapshot.window().latency().samples()).isZero();
        assertThat(snapshot.window().firstByte().samples()).isZero();
    }

    @Test
    void unmatchedRequestsAreOther() throws Exception {
        assertThat(app.status("/nowhere")).isEqualTo(404);

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.routes().keySet()).containsExactly("_OTHER");
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(404, 1L));
    }

    @Test
    void recordsQueueTimeFromTheHeader() throws Exception {
        app.get("/do/OK", HttpStats.QUEUE_TIME_HEADER, "t=" + (System.currentTimeMillis() - 1500));

        assertThat(app.idle(stats).window().queueTime().minNanos()).isBetween(1_500_000_000L, 20_000_000_000L);
    }
}
