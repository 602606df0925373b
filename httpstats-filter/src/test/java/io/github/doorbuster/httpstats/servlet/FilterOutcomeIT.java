package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import io.github.doorbuster.httpstats.testapp.Scenario;
import io.github.doorbuster.httpstats.testapp.ScenarioServlet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter records each request once, with the status that the client got. */
class FilterOutcomeIT {

    private final HttpStats stats = HttpStats.builder().build();
    private JettyApp app;

    @BeforeEach
    void start() throws Exception {
        app = new JettyApp();
        app.filter(new HttpStatsFilter(stats));
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

        assertThat(wire).isEqualTo(scenario.status);
        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(wire, 1L));
        assertThat(snapshot.window().latency().samples()).isEqualTo(1);
        assertThat(snapshot.routes().keySet()).containsExactly("/do/*");
        assertThat(snapshot.requests().aborted()).isEqualTo(scenario.name().contains("FLUSH_THEN") ? 1 : 0);
    }

    @Test
    void anErrorPageIsNoSecondRequest() throws Exception {
        assertThat(app.get("/do/ERROR_WITH_PAGE").statusCode()).isEqualTo(299);

        assertThat(app.idle(stats).requests().statusCounts()).isEqualTo(Map.of(410, 1L));
    }

    @Test
    void aDisconnectDuringTheResponseIsAnAbort() throws Exception {
        app.disconnectDuringTheResponse("/do/LARGE");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.requests().aborted()).isEqualTo(1);
        assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(200, 1L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STREAM", "UPPER_CASE_STREAM"})
    void aStreamHasNoResponseTime(String stream) throws Exception {
        app.get("/do/" + stream);

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.requests().streamed()).isEqualTo(1);
        assertThat(snapshot.requests().count()).isEqualTo(1);
        assertThat(snapshot.window().latency().samples()).isZero();
    }

    @Test
    void countsPathsWithoutServlet() throws Exception {
        assertThat(app.get("/nowhere").statusCode()).isEqualTo(404);

        assertThat(app.idle(stats).requests().statusCounts()).isEqualTo(Map.of(404, 1L));
    }
}
