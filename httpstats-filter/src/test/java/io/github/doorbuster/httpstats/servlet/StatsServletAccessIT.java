package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Who may read the statistics. */
class StatsServletAccessIT {

    /** The first line of a connection in version 1 of the PROXY protocol. */
    private static final String CLAIMS_LOOPBACK = "PROXY TCP4 127.0.0.1 127.0.0.1 50000 80\r\n";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final JettyApp app = new JettyApp();

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    @Test
    void theTokenOpensForRequestsThroughAProxy() throws Exception {
        HttpStats stats = HttpStats.builder().build();
        app.servlet("/stats", new StatsServlet(stats)).setInitParameter("token", "0123456789abcdef");
        app.start();

        assertThat(app.get("/stats", "Via", "1.1 proxy").statusCode()).isEqualTo(403);
        HttpResponse<String> wrong = app.get("/stats", "Authorization", "Bearer 0123456789abcdefg");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(app.get("/stats", "Via", "1.1 proxy", "Authorization", "Bearer 0123456789abcdef")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAddressThatAHeaderClaimsDoesNotOpen() throws Exception {
        app.trustForwardedHeaders();
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build(), "10.0.0.0/8"));
        app.servlet("/local", new StatsServlet(HttpStats.builder().build()));
        app.start();

        assertThat(app.get("/stats", "X-Forwarded-For", "10.0.0.1").statusCode())
                .isEqualTo(403);
        assertThat(app.get("/local", "X-Forwarded-For", "127.0.0.1").statusCode())
                .isEqualTo(403);
        assertThat(app.get("/local").statusCode()).isEqualTo(200);
    }

    @Test
    void anAddressThatAProxySendsInFrontOfTheRequestDoesNotOpen() throws Exception {
        app.expectProxyProtocol();
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build()))
                .setInitParameter("token", "0123456789abcdef");
        app.start();
        String request = "GET /stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

        assertThat(app.raw(request + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(app.raw(CLAIMS_LOOPBACK + request + "\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("only a bearer token may read");
        assertThat(app.raw(CLAIMS_LOOPBACK + request + "Authorization: Bearer 0123456789abcdef\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void rejectsAddressesThatAreNotAllowed() throws Exception {
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build(), "10.0.0.0/8, ::1"));
        app.start();

        HttpResponse<String> response = app.get("/stats");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(MAPPER.readTree(response.body()).get("error").asString())
                .startsWith("127.0.0.1 may not read the statistics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For"})
    void rejectsForwardedRequestsByDefault(String header) throws Exception {
        HttpStats stats = HttpStats.builder().build();
        app.servlet("/stats", new StatsServlet(stats));
        app.servlet("/shown", new StatsServlet(stats, "127.0.0.1"));
        app.start();

        HttpResponse<String> rejected = app.get("/stats", header, "127.0.0.1");

        assertThat(rejected.statusCode()).isEqualTo(403);
        assertThat(MAPPER.readTree(rejected.body()).get("error").asString()).contains("add its address to allow");
        assertThat(app.get("/shown", header, "10.0.0.9").statusCode()).isEqualTo(200);
    }
}
