package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no test of a page would notice: that the browser reports problems and does what it is told. */
class BrowserIT {

    private static final String PAGE = """
            <!doctype html><title>t</title>
            <link rel="icon" href="data:,">
            <style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>
            <form action="/sent"><input name="q"><button>Go</button></form>
            <script>document.querySelector('form').addEventListener('submit', e => e.preventDefault());</script>""";

    private HttpServer server;
    private Page page;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean sent = exchange.getRequestURI().getPath().equals("/sent");
            byte[] body = (sent ? "<!doctype html><p>sent" : PAGE).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html;charset=utf-8");
            if (exchange.getRequestURI().getPath().equals("/strict")) {
                exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'");
            }
            exchange.sendResponseHeaders(sent ? 409 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        page = Browser.shared().newPage();
    }

    @AfterEach
    void close() {
        page.close();
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    void appliesSizeColourSchemeAndDisabledJavaScript() {
        page.size(360, 640).dark().open(url("/"));
        assertThat(page.evaluate("[innerWidth, innerHeight, getComputedStyle(document.body).backgroundColor].join()")
                        .asString())
                .isEqualTo("360,640,rgb(0, 0, 0)");
        page.light();
        page.waitUntil("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'");

        page.withoutJavaScript().open(url("/"));
        page.press(Page.Key.TAB);
        page.type("hello");
        page.press(Page.Key.ENTER);
        page.waitForText("p", "sent");
        assertThat(page.status()).isEqualTo(409);
        assertThat(page.requests()).contains(url("/sent?q=hello"));
        assertThat(page.problems()).isEmpty();
    }

    @Test
    void reportsExceptionsPolicyViolationsAndOtherHosts() {
        page.open(url("/strict"));
        assertThat(page.problems()).hasSizeGreaterThanOrEqualTo(2).allMatch(line -> line.startsWith("security: "));

        page.open(url("/"));
        page.evaluate("setTimeout(() => { console.error('bad'); throw new Error('worse'); })");
        page.evaluate("fetch('http://example.com/').catch(() => 0)");

        assertThat(page.problems())
                .anyMatch(line -> line.contains("bad"))
                .anyMatch(line -> line.startsWith("exception: Error: worse"));
        assertThat(page.requestsToOtherHosts()).containsExactly("http://example.com/");
    }

    @Test
    void throwsWhatAScriptThrows() {
        assertThatThrownBy(() -> page.evaluate("nothing.at.all"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing is not defined");
    }
}
