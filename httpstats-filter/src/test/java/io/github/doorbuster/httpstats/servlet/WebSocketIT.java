package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.jetty.HttpStatsHandler;
import io.github.doorbuster.httpstats.testapp.EchoSocket;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A WebSocket counts as one request with status 101. How long it is open is no response time. */
class WebSocketIT {

    private final HttpStats byFilter = HttpStats.builder().build();
    private final HttpStats byHandler = HttpStats.builder().build();
    private final JettyApp app = new JettyApp();

    @BeforeEach
    void start() throws Exception {
        JettyWebSocketServletContainerInitializer.configure(app.context, null);
        app.filter(new HttpStatsFilter(byFilter));
        app.servlet("/socket", new EchoSocket());
        app.wrap(application -> new HttpStatsHandler(byHandler, List.of("/socket"), application));
        app.start();
    }

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    @Test
    void aWebSocketHasNoResponseTime() throws Exception {
        CompletableFuture<String> echo = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(app.url("/socket").replace("http:", "ws:")), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        echo.complete(text.toString());
                        return null;
                    }
                })
                .get(10, TimeUnit.SECONDS);
        socket.sendText("hello", true);
        assertThat(echo.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);

        for (HttpStats stats : List.of(byFilter, byHandler)) {
            HttpStatsSnapshot snapshot = app.idle(stats);
            assertThat(snapshot.requests().statusCounts()).isEqualTo(Map.of(101, 1L));
            assertThat(snapshot.requests().streamed()).isEqualTo(1);
            assertThat(snapshot.requests().aborted()).isZero();
            assertThat(snapshot.window().latency().samples()).isZero();
        }
    }
}
