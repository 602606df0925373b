package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.servlet.StatsServlet;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import org.apache.catalina.filters.RemoteIpFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No header opens {@code /stats}, whatever the container makes of headers. */
@OnEveryContainer
class StatsAccessIT {

    private static final String TOKEN = "0123456789abcdef";

    private final ServletContainer container;
    private final HttpStats stats = HttpStats.builder().build();

    StatsAccessIT(ContainerVersion version) {
        container = version.running();
    }

    @BeforeEach
    void deploy() throws Exception {
        container.deploy(this::addServlets);
    }

    private void addServlets(ServletContext context) {
        Servlets.servlet(context, "/stats", new StatsServlet(stats), Map.of("token", TOKEN));
        Servlets.servlet(context, "/office", new StatsServlet(stats, "10.0.0.0/8"), Map.of("token", TOKEN));
        Servlets.servlet(
                context, "/peer", (request, response) -> response.getWriter().print(request.getRemoteAddr()));
    }

    @AfterEach
    void undeploy() {
        container.undeploy();
    }

    /** {@return the address of the client as applications see it} */
    private String peer(String forwardedFor) throws IOException {
        return RawHttpClient.send(container.uri(), "GET", "/peer", Map.of("X-Forwarded-For", forwardedFor), "")
                .text();
    }

    private int status(String path, Map<String, String> headers) throws IOException {
        HttpReply reply = RawHttpClient.send(container.uri(), "GET", path, headers, "");
        assertThat(reply.text()).startsWith("{");
        return reply.status();
    }

    @Test
    void aForwardedHeaderDoesNotOpen() throws Exception {
        assertThat(status("/stats", Map.of())).isEqualTo(200);
        assertThat(status("/stats", Map.of("X-Forwarded-For", "127.0.0.1"))).isEqualTo(403);
        assertThat(status("/office", Map.of("X-Forwarded-For", "10.0.0.1"))).isEqualTo(403);
    }

    @Test
    void aForwardedHeaderThatTheContainerBelievesDoesNotOpen() throws Exception {
        try (ServletContainer.Trust trust = container.trustForwardedHeaders()) {
            assertThat(trust).isNotNull();
            assertThat(peer("10.0.0.1")).isEqualTo("10.0.0.1");
            assertThat(status("/stats", Map.of("X-Forwarded-For", "127.0.0.1"))).isEqualTo(403);
            assertThat(status("/stats", Map.of("X-Forwarded-For", "8.8.8.8"))).isEqualTo(403);
            assertThat(status("/office", Map.of("X-Forwarded-For", "10.0.0.1"))).isEqualTo(403);
        }
    }

    @Test
    void anAddressFromTomcatsRemoteIpFilterDoesNotOpen() throws Exception {
        container.undeploy();
        container.deploy(context -> {
            Servlets.filter(context, "forwarded", new RemoteIpFilter(), EnumSet.of(DispatcherType.REQUEST));
            addServlets(context);
        });

        assertThat(peer("10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(status("/stats", Map.of("X-Forwarded-For", "127.0.0.1"))).isEqualTo(403);
        assertThat(status("/stats", Map.of("X-Forwarded-For", "8.8.8.8"))).isEqualTo(403);
        assertThat(status("/office", Map.of("X-Forwarded-For", "10.0.0.1"))).isEqualTo(403);
        assertThat(status("/office", Map.of("X-Forwarded-For", "10.0.0.1", "Authorization", "Bearer " + TOKEN)))
                .isEqualTo(200);
    }

    @Test
    void theTokenOpens() throws Exception {
        try (ServletContainer.Trust trust = container.trustForwardedHeaders()) {
            assertThat(trust).isNotNull();
            Map<String, String> token = Map.of("Authorization", "Bearer " + TOKEN, "X-Forwarded-For", "8.8.8.8");
            assertThat(status("/stats", token)).isEqualTo(200);
            assertThat(status("/office", token)).isEqualTo(200);
        }
        assertThat(status("/stats", Map.of("Authorization", "Bearer " + TOKEN + TOKEN)))
                .isEqualTo(401);
    }
}
