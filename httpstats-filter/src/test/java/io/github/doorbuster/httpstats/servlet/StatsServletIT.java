package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatsServletIT {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final JettyApp app = new JettyApp();

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    static final class StatusServlet extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(Integer.parseInt(request.getParameter("status")));
        }
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = app.get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    @Test
    void findsTheFilterOfTheApplication() throws Exception {
        app.filter(new HttpStatsFilter()).setInitParameter("samplingFactor", "3");
        app.servlet("/status", new StatusServlet());
        app.servlet("/stats", new StatsServlet());
        app.start();
        for (int i = 0; i < 20; i++) {
            app.get("/status?status=" + (i % 4 == 0 ? 404 : 200));
        }

        JsonNode page = json("/stats");

        assertThat(page.at("/request/count").asLong()).isEqualTo(20);
        assertThat(page.at("/request/status_count/200").asLong()).isEqualTo(15);
        assertThat(page.at("/request/status_count/404").asLong()).isEqualTo(5);
        assertThat(page.at("/window/sampling_factor").asInt()).isEqualTo(3);
        assertThat(page.at("/in_flight/now").asInt()).isEqualTo(1);
        assertThat(page.get("routes").propertyNames()).containsExactly("/status");
    }

    @Test
    void doesNotCountItselfUnlessToldTo() throws Exception {
        app.filter(new HttpStatsFilter());
        app.servlet("/stats", new StatsServlet());
        app.servlet("/counted", new StatsServlet()).setInitParameter("counted", "true");
        app.start();
        for (int i = 0; i < 3; i++) {
            json("/stats");
        }
        json("/counted");

        await().untilAsserted(() -> {
            JsonNode page = json("/stats");
            assertThat(page.at("/request/count").asLong()).isEqualTo(1);
            assertThat(page.at("/in_flight/now").asInt()).isEqualTo(1);
            assertThat(page.get("routes").propertyNames()).containsExactly("/counted");
        });
    }

    @Test
    void showsEveryNumberOverJmxUntilItStops() throws Exception {
        app.filter(new HttpStatsFilter());
        app.servlet("/status", new StatusServlet());
        app.servlet("/stats", new StatsServlet()).setInitParameter("jmx", "true");
        app.context.setAttribute("stats.pvpool", (Supplier<?>) () -> Map.of("accepted", 5));
        app.start();
        app.get("/status?status=404");
        json("/stats");

        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName pattern = new ObjectName("io.github.doorbuster:type=HttpStats,*");
        await().untilAsserted(() -> {
            ObjectName bean = server.queryNames(pattern, null).iterator().next();
            assertThat(server.getAttribute(bean, "request.status_count.404")).isEqualTo(1.0);
            assertThat(server.getAttribute(bean, "pvpool.accepted")).isEqualTo(5.0);
            assertThat(server.getMBeanInfo(bean).getAttributes()).hasSizeGreaterThan(30);
        });
        app.context.stop();
        assertThat(server.queryNames(pattern, null)).isEmpty();
    }

    @Test
    void applicationsWithTheSamePathShareAJvm() throws Exception {
        JettyApp other = new JettyApp();
        other.filter(new HttpStatsFilter());
        other.servlet("/stats", new StatsServlet()).setInitParameter("jmx", "true");
        other.start();
        try {
            app.filter(new HttpStatsFilter());
            app.servlet("/stats", new StatsServlet()).setInitParameter("jmx", "true");
            app.start();
            json("/stats");
            assertThat(other.get("/stats").statusCode()).isEqualTo(200);

            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName pattern = new ObjectName("io.github.doorbuster:type=HttpStats,*");
            assertThat(server.queryNames(pattern, null))
                    .extracting(name -> name.getKeyProperty("instance"))
                    .containsExactlyInAnyOrder(null, "2");
        } finally {
            other.stop();
        }
    }

    @Test
    void leavesExcludedPathsOut() throws Exception {
        app.filter(new HttpStatsFilter()).setInitParameter("exclude", "/health, /assets/*, *.css");
        app.servlet("/*", new StatusServlet());
        app.servlet("/stats", new StatsServlet());
        app.start();
        for (String path : List.of("/health", "/assets", "/assets/a/b.js", "/x/y.css", "/healthy", "/a")) {
            assertThat(app.get(path + "?status=200").statusCode()).isEqualTo(200);
        }

        await().untilAsserted(() ->
                assertThat(json("/stats").at("/request/count").asLong()).isEqualTo(2));
    }

    @Test
    void showsTheSlowestRequests() throws Exception {
        app.filter(new HttpStatsFilter());
        app.servlet("/status", new StatusServlet());
        app.servlet("/stats", new StatsServlet());
        app.start();
        app.get("/status?status=404", "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        await().untilAsserted(() -> {
            JsonNode slowest = json("/stats").at("/slowest_requests/0");
            assertThat(slowest.at("/path").asString()).isEqualTo("/status");
            assertThat(slowest.at("/status").asInt()).isEqualTo(404);
            assertThat(slowest.at("/seconds").asDouble()).isPositive();
            assertThat(slowest.at("/trace_id").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        });
    }

    @Test
    void findsFiltersByName() throws Exception {
        app.filter(new HttpStatsFilter()).setInitParameter("name", "shop");
        HttpStatsConfig config = HttpStatsConfig.builder().name("all").build();
        app.filter(new HttpStatsFilter(HttpStats.builder().config(config).build()));
        app.servlet("/stats", new StatsServlet()).setInitParameter("name", "shop");
        app.servlet("/all", new StatsServlet()).setInitParameter("name", "all");
        app.servlet("/none", new StatsServlet()).setInitParameter("name", "typo");
        app.start();

        assertThat(json("/stats").at("/server/name").asString()).isEqualTo("shop");
        assertThat(json("/all").at("/server/name").asString()).isEqualTo("all");
        assertThat(app.get("/none").statusCode()).isEqualTo(503);
        assertThat(app.get("/none").body()).contains("no HttpStatsFilter named 'typo'");
    }

    @Test
    void rejectsASecondFilterOfTheSameName() {
        app.filter(new HttpStatsFilter());
        app.filter(new HttpStatsFilter());

        assertThatThrownBy(app::start).hasMessageContaining("init-param name=default: another HttpStatsFilter");
    }

    @ParameterizedTest
    @CsvSource({
        "samplingFactor, 0, init-param samplingFactor=0: must be between 1 and",
        "samplingFactor, often, init-param samplingFactor=often: must be a whole number",
        "windowSeconds, 1.5, init-param windowSeconds=1.5: must be a whole number",
        "bufferSize, 1, init-param bufferSize=1: must be between 2 and",
        "sampelFactor, 3, 'init-param sampelFactor: no such key; the keys are buckets, bufferSize, exclude, maxRoutes, name,'"
    })
    void rejectsInvalidInitParams(String key, String value, String message) {
        app.filter(new HttpStatsFilter()).setInitParameter(key, value);

        assertThatThrownBy(app::start).hasMessageContaining(message);
    }

    @Test
    void showsQueueTimeIfItIsOn() throws Exception {
        FilterHolder filter = app.filter(new HttpStatsFilter());
        filter.setInitParameter("queueTime", "true");
        filter.setInitParameter("bufferSize", "1000");
        app.servlet("/status", new StatusServlet());
        app.servlet("/stats", new StatsServlet());
        app.start();
        app.get("/status?status=200", HttpStats.QUEUE_TIME_HEADER, Long.toString(System.currentTimeMillis() - 2000));
        app.get("/status?status=200", HttpStats.QUEUE_TIME_HEADER, "yesterday");
        app.get("/status?status=200");

        JsonNode page = json("/stats");

        assertThat(page.at("/queue_time/samples").asInt()).isEqualTo(1);
        assertThat(page.at("/queue_time/min").asDouble()).isBetween(2.0, 20.0);
        assertThat(page.at("/latency/samples").asInt()).isEqualTo(3);
        assertThat(page.at("/window/buffer_size").asInt()).isEqualTo(1000);
        assertThat(page.at("/window/window_seconds").isNull()).isTrue();
    }

    @Test
    void showsSectionsOfTheApplication() throws Exception {
        HttpStats stats = HttpStats.builder().build();
        app.servlet("/stats", new StatsServlet(stats));
        app.context.setAttribute("stats.pvpool", (Supplier<?>) () -> Map.of("accepted", 5));
        app.context.setAttribute("stats.broken", (Supplier<?>) () -> {
            throw new IllegalStateException();
        });
        app.context.setAttribute("stats.nothing", "not a supplier");
        app.start();

        JsonNode page = json("/stats");

        assertThat(page.at("/pvpool/accepted").asInt()).isEqualTo(5);
        assertThat(page.at("/broken/error").asString()).contains("cannot be shown");
        assertThat(page.has("nothing")).isFalse();
    }

    @Test
    void answersHeadWithoutBody() throws Exception {
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build()));
        app.start();

        HttpResponse<String> response = app.send(app.request("/stats").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValueAsLong("Content-Length").orElse(0))
                .isPositive();
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json;charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "BREW"})
    void rejectsOtherMethods(String method) throws Exception {
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build()));
        app.start();

        HttpResponse<String> response = app.send(app.request("/stats").method(method, BodyPublishers.ofString("x")));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
        assertThat(MAPPER.readTree(response.body()).get("error").asString()).startsWith(method + " is not allowed");
    }

    @Test
    void rejectsUnknownFormats() throws Exception {
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build()));
        app.start();

        HttpResponse<String> response = app.get("/stats?format=%3Cscript%3E%0A" + "x".repeat(200));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(MAPPER.readTree(response.body()).get("error").asString())
                .startsWith("format=<script>?xxx")
                .contains("the formats are json, html, prometheus, openmetrics, mackerel, mackerel-meta, hdr")
                .hasSizeLessThan(250);
    }

    @Test
    void rejectsAMalformedQuery() throws Exception {
        app.servlet("/stats", new StatsServlet(HttpStats.builder().build()));
        app.start();

        String response = app.raw("GET /stats?format=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400 ").contains("{\"error\":\"the query cannot be parsed;");
    }

    @Test
    void removesItsAttributeOnStop() throws Exception {
        app.filter(new HttpStatsFilter());
        app.start();
        assertThat(app.attributes()).hasAtLeastOneElementOfType(HttpStats.class);

        app.context.stop();

        assertThat(app.attributes()).doesNotHaveAnyElementsOfTypes(HttpStats.class);
    }
}
