package io.github.doorbuster.httpstats.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.StatsAccess;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server without servlets answers {@code /stats} too. */
class StatsHandlerIT {

    private final JettyApp app = new JettyApp();
    private final HttpStats stats = HttpStats.builder().build();

    @BeforeEach
    void start() throws Exception {
        StatsAccess access = StatsAccess.of(null, "0123456789abcdef");
        app.wrap(application -> new HttpStatsHandler(
                stats,
                List.of("/items/*"),
                new Handler.Sequence(
                        new StatsHandler(stats, "/stats", access, Map.of("shop", () -> Map.of("open", 1))),
                        application)));
        app.expectProxyProtocol();
        app.start();
    }

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    @Test
    void answersItsPathAndDoesNotCountItself() throws Exception {
        assertThat(app.get("/items/1").statusCode()).isEqualTo(404);
        app.get("/stats");

        await().untilAsserted(() -> {
            HttpResponse<String> response = app.get("/stats");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
            assertThat(response.body()).startsWith("{\"request\":{\"count\":1,").contains("\"shop\":{\"open\":1}");
        });
        assertThat(app.get("/stats?format=prometheus").body()).contains("shop_open 1.0");
    }

    @Test
    void anAddressThatAProxySendsInFrontOfTheRequestDoesNotOpen() throws Exception {
        String line = "PROXY TCP4 127.0.0.1 127.0.0.1 50000 80\r\n";
        String request = "GET /stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        assertThat(app.raw(request)).startsWith("HTTP/1.1 200 ");
        assertThat(app.raw(line + request)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void hasTheSameRulesAsTheServlet() throws Exception {
        assertThat(app.get("/stats", "Via", "1.1 proxy").statusCode()).isEqualTo(403);
        assertThat(app.get("/stats", "Via", "1.1 proxy", "Authorization", "Bearer 0123456789abcdef")
                        .statusCode())
                .isEqualTo(200);
        assertThat(app.get("/stats", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(app.get("/stats?format=nonsense").statusCode()).isEqualTo(400);
        assertThat(app.send(app.request("/stats").method("POST", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(405);
        HttpResponse<String> head = app.send(app.request("/stats").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }
}
