package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.testapp.Act;
import io.github.doorbuster.httpstats.testapp.Acting;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import jakarta.servlet.DispatcherType;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the filter records is what the client got, and once, whatever the application does. */
class WireTableIT {

    private final HttpStats stats = HttpStats.builder().build();
    private JettyApp app;

    @BeforeEach
    void start() throws Exception {
        app = new JettyApp();
        app.filter(new HttpStatsFilter(stats));
        app.servlet("/do/*", new Acting());
        app.errorPage(410, "/do/ERROR_PAGE_299");
        app.start();
    }

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    @ParameterizedTest
    @EnumSource
    void theStatusRecordedIsTheOneOnTheWireAndIsRecordedOnce(Act act) throws Exception {
        int wire = app.status("/do/" + act);

        assertThat(wire).isEqualTo(act.onTheWire);
        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(wire, 1L));
        assertThat(snapshot.latency().samples()).isEqualTo(1);
        assertThat(snapshot.routes().keySet()).containsExactly("/do/*");
        assertThat(snapshot.aborted()).isEqualTo(act.name().contains("FLUSH_THEN") ? 1 : 0);
    }

    @Test
    void anErrorPageOfItsOwnIsNotCountedAsASecondRequest() throws Exception {
        assertThat(app.get("/do/ERROR_WITH_PAGE").statusCode()).isEqualTo(299);

        assertThat(app.idle(stats).statusCounts()).isEqualTo(Map.of(410, 1L));
    }

    @Test
    void aClientThatLeavesDuringALargeAnswerIsAnAbort() throws Exception {
        app.leaveAfterTheHead("/do/LARGE");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.aborted()).isEqualTo(1);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(200, 1L));
    }

    @Test
    void aStreamIsCountedAndHasNoResponseTime() throws Exception {
        app.get("/do/STREAM");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.streamed()).isEqualTo(1);
        assertThat(snapshot.count()).isEqualTo(1);
        assertThat(snapshot.latency().samples()).isZero();
    }

    @Test
    void aPathNoServletServesIsCountedAs404() throws Exception {
        assertThat(app.get("/nowhere/" + DispatcherType.ERROR).statusCode()).isEqualTo(404);

        assertThat(app.idle(stats).statusCounts()).isEqualTo(Map.of(404, 1L));
    }
}
