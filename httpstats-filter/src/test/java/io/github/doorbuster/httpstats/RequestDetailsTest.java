package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is kept of single requests: whether they met their objective, and the slowest of them. */
class RequestDetailsTest {

    private final FakeClock clock = new FakeClock();

    @Test
    void aRouteWithAnObjectiveIsNeverCountedAsOther() {
        HttpStats stats = clock.newStats(
                HttpStatsConfig.builder().maxRoutes(3).objectives("/buy = 0.3 s at 99 %, / = 1 s at 99 %"));
        for (String route : List.of("/1", "/2", "/3", "/buy", "")) {
            clock.request(stats, route, 200, Duration.ofMillis(1));
        }

        Map<String, HttpStatsSnapshot.Route> routes = stats.snapshot().routes();

        assertThat(routes.keySet()).containsExactly("_OTHER", "/buy", "/", "/1");
        assertThat(routes.get("/buy").objective().met()).isEqualTo(1);
        assertThat(routes.get("/").objective().met()).isEqualTo(1);
    }

    @Test
    void countsHowOftenAnObjectiveIsMet() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().objectives("/buy = 0.3 s at 99 %, /a=2s at 90%"));
        for (int millis = 100; millis <= 400; millis += 100) {
            clock.request(stats, "/buy", 200, Duration.ofMillis(millis));
        }
        clock.request(stats, "/buy", 500, Duration.ofMillis(1));
        clock.request(stats, "/b", 200, Duration.ofMillis(1));
        clock.advance(Duration.ofSeconds(70));
        clock.request(stats, "/buy", 200, Duration.ofMillis(1));

        HttpStatsSnapshot snapshot = stats.snapshot();

        HttpStatsSnapshot.Objective objective = snapshot.routes().get("/buy").objective();
        assertThat(objective).isEqualTo(new HttpStatsSnapshot.Objective(300_000_000, 99, 4, 2, 1, 0));
        assertThat(objective.shareInWindow()).hasValue(1);
        assertThat(snapshot.routes().get("/b").objective()).isNull();
        assertThat(snapshot.requests().count()).isEqualTo(7);
        assertThat(snapshot.series()).hasSize(3);
    }

    private record Call(String path, String traceparent) {}

    private enum CallDetails implements RequestDetails<Call> {
        INSTANCE;

        @Override
        public String path(Call call) {
            return call.path();
        }

        @Override
        public String traceparent(Call call) {
            return call.traceparent();
        }
    }

    private void call(HttpStats stats, Duration duration, Call call) {
        long ticket = Ticket.earlier(stats.begin(), duration.toNanos());
        stats.end(ticket, "/items/*", "GET", 200, Outcome.COMPLETED, call, CallDetails.INSTANCE);
    }

    @Test
    void remembersTheSlowestRequestsOfTheWindow() {
        HttpStats stats = clock.newStats();
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        call(stats, Duration.ofSeconds(9), new Call("/items/old", null));
        clock.advance(Duration.ofSeconds(60));
        for (int millis = 1; millis <= 500; millis++) {
            call(stats, Duration.ofMillis(millis), new Call("/items/" + millis + "?token=secret", "nonsense"));
        }
        call(stats, Duration.ofSeconds(1), new Call("/" + "x".repeat(1_000), "00-" + trace + "-00f067aa0ba902b7-01"));

        List<SlowRequest> slowest = stats.snapshot().slowestRequests();

        assertThat(slowest).hasSize(10);
        assertThat(slowest.get(0).traceId()).isEqualTo(trace);
        assertThat(slowest.get(0).path()).hasSize(200);
        assertThat(slowest.get(1).path()).isEqualTo("/items/500");
        assertThat(slowest.get(1).traceId()).isNull();
        assertThat(slowest.get(9).path()).isEqualTo("/items/492");
        assertThat(slowest).isSortedAccordingTo((a, b) -> Long.compare(b.nanos(), a.nanos()));
    }

    @Test
    void remembersNoRequestsIfThatIsOff() {
        HttpStats stats = clock.newStats(HttpStatsConfig.builder().slowestRequests(0));
        call(stats, Duration.ofSeconds(9), new Call("/items/1", null));

        assertThat(stats.snapshot().slowestRequests()).isEmpty();
    }
}
