package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserIT {

    private static final String PAGE = """
            <!doctype html><title>t</title>
            <link rel="icon" href="data:,">
            <style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>
            <form action="/sent"><input name="q"><button>Go</button></form><p id="clicks">0</p>
            <script>
              const p = document.getElementById('clicks');
              document.querySelector('button').addEventListener('click', e => {
                if (new URLSearchParams(location.search).has('stay')) e.preventDefault();
                p.textContent++;
              });
            </script>""";

    private static HttpServer server;
    private static Browser browser;

    private Page page;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body =
                    (path.equals("/sent") ? "<!doctype html><p id=sent>sent" : PAGE).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html;charset=utf-8");
            if (path.equals("/strict")) {
                exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'");
            }
            exchange.sendResponseHeaders(path.equals("/sent") ? 409 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.stop(0);
    }

    @BeforeEach
    void open() {
        page = browser.newPage();
    }

    @AfterEach
    void close() {
        page.close();
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    void aClickAndAKeyReachThePage() {
        page.open(url("/?stay"));
        page.click("button");
        page.waitForText("#clicks", "1");
        page.press(Page.Key.ENTER);
        page.waitForText("#clicks", "2");

        assertThat(page.text("#clicks")).isEqualTo("2");
        assertThat(page.problems()).isEmpty();
        assertThat(page.requestsToOtherHosts()).isEmpty();
    }

    @Test
    void whatIsTypedIsSentWithTheFormByTabAndEnter() {
        page.open(url("/"));
        page.press(Page.Key.TAB);
        page.type("hello");
        page.press(Page.Key.TAB);
        page.press(Page.Key.ENTER);
        page.waitForText("#sent", "sent");

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.requests()).contains(url("/sent?q=hello"));
        assertThat(page.problems()).isEmpty();
    }

    @Test
    void itHasASizeAColourSchemeAndAPicture(@TempDir Path folder) throws IOException {
        page.size(360, 640).dark().open(url("/"));

        assertThat(page.evaluate("[innerWidth, innerHeight, getComputedStyle(document.body).backgroundColor].join()")
                        .asString())
                .isEqualTo("360,640,rgb(0, 0, 0)");
        page.light();
        page.waitUntil("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'");
        page.screenshot(folder.resolve("page.png"));
        assertThat(Files.size(folder.resolve("page.png"))).isPositive();
    }

    @Test
    void withoutJavaScriptTheFormStillPosts() {
        page.withoutJavaScript().open(url("/?stay"));
        page.click("button");
        page.waitForText("#sent", "sent");

        assertThat(page.html()).contains("sent");
    }

    @Test
    void itTellsOfExceptionsPolicyViolationsAndOtherHosts() {
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
    void aScriptThatThrowsSaysSo() {
        assertThatThrownBy(() -> page.evaluate("nothing.at.all"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing is not defined");
    }
}
