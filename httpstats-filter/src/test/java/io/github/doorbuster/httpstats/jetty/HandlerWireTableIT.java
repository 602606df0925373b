package io.github.doorbuster.httpstats.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.testapp.Act;
import io.github.doorbuster.httpstats.testapp.Acting;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The handler stands where the answer goes out: it equals the wire in every row. */
class HandlerWireTableIT {

    private final HttpStats stats = HttpStats.builder()
            .config(HttpStatsConfig.builder().queueTime(true).build())
            .build();
    private final JettyApp app = new JettyApp();

    @BeforeEach
    void start() throws Exception {
        app.wrap(application -> new HttpStatsHandler(stats, List.of("/do/*", "/only"), application));
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

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(wire, 1L));
        assertThat(snapshot.routes().keySet()).containsExactly("/do/*");
        assertThat(snapshot.latency().samples()).isEqualTo(1);
        assertThat(snapshot.firstByte().samples()).isEqualTo(1);
        assertThat(snapshot.firstByte().maxNanos())
                .isLessThanOrEqualTo(snapshot.latency().maxNanos());
    }

    @Test
    void anErrorPageIsCountedUnderTheStatusItSets() throws Exception {
        int wire = app.status("/do/ERROR_WITH_PAGE");

        assertThat(wire).isEqualTo(299);
        assertThat(app.idle(stats).statusCounts()).isEqualTo(Map.of(299, 1L));
    }

    @Test
    void aClientThatLeavesDuringALargeAnswerIsAnAbort() throws Exception {
        app.leaveAfterTheHead("/do/LARGE");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.aborted()).isEqualTo(1);
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(200, 1L));
    }

    @Test
    void anAnswerThatFailsHalfWayIsAnAbort() throws Exception {
        app.status("/do/FLUSH_THEN_THROW");

        assertThat(app.idle(stats).aborted()).isEqualTo(1);
    }

    @Test
    void aStreamIsCountedAndHasNoResponseTime() throws Exception {
        app.get("/do/STREAM");

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.streamed()).isEqualTo(1);
        assertThat(snapshot.latency().samples()).isZero();
        assertThat(snapshot.firstByte().samples()).isZero();
    }

    @Test
    void whatMatchesNoRouteIsOther() throws Exception {
        assertThat(app.status("/nowhere")).isEqualTo(404);

        HttpStatsSnapshot snapshot = app.idle(stats);
        assertThat(snapshot.routes().keySet()).containsExactly("_OTHER");
        assertThat(snapshot.statusCounts()).isEqualTo(Map.of(404, 1L));
    }

    @Test
    void theWaitUpstreamIsNotedFromTheProxysHeader() throws Exception {
        app.get("/do/OK", HttpStats.REQUEST_START, "t=" + (System.currentTimeMillis() - 1500));

        assertThat(app.idle(stats).queued().minNanos()).isBetween(1_500_000_000L, 20_000_000_000L);
    }
}
