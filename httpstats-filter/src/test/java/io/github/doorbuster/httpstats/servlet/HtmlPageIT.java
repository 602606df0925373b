package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.testapp.JettyApp;
import io.github.doorbuster.testing.Browser;
import io.github.doorbuster.testing.Chromium;
import io.github.doorbuster.testing.Page;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page in a browser while requests come in. */
class HtmlPageIT {

    private static final int BURST = 10_000;
    private static final Path SCREENSHOT = Path.of("target", "page.png").toAbsolutePath();
    private static final String MARKUP_ROUTE = "/<img src=x onerror=alert(1)>";

    private final HttpStats stats = HttpStats.builder().build();
    private final JettyApp app = new JettyApp();

    @BeforeEach
    void start() throws Exception {
        app.servlet("/stats", new StatsServlet(stats));
        app.context.setAttribute(
                "stats.buylock", (Supplier<?>) () -> Map.of("granted", 12345, "rejected", Map.of("full", "<b>7</b>")));
        app.context.setAttribute("stats.traffic", (Supplier<?>) this::burst);
        app.start();
    }

    @AfterEach
    void stop() throws Exception {
        app.stop();
    }

    /** Records requests with each poll of the page, so that traffic follows the virtual time of the browser. */
    private Map<String, Integer> burst() {
        String[] routes = {"/items/*", "/buy", MARKUP_ROUTE};
        for (int i = 0; i < BURST; i++) {
            record(routes[i % 3], 1, i % 10 == 0 ? 503 : 200);
        }
        return Map.of("requests", BURST);
    }

    private void record(String route, int requests, int status) {
        for (int i = 0; i < requests; i++) {
            stats.end(stats.begin(), route, "GET", status);
        }
    }

    @Test
    void drawsChartsRoutesAndSections() throws Exception {
        String page = Chromium.document(app.url("/stats?format=html"), Duration.ofSeconds(15), 1200, SCREENSHOT);

        assertThat(textOf(page, "state")).isEqualTo("live");
        assertThat(page).doesNotContain("data-violations");
        assertThat(textOf(page, "tile-rate")).matches("[\\d,]+");
        assertThat(textOf(page, "tile-p99")).matches("[\\d.]+ (µs|ms|s)");
        assertThat(textOf(page, "tile-errors")).matches("[\\d.]+ %");
        assertThat(textOf(page, "tile-5xx")).matches("[\\d,]{3,} total");
        assertThat(page).containsPattern("<path class=\"line s-a\" d=\"M[\\d. L-]{40,}\"");
        assertThat(page).containsPattern("<path class=\"line s-c\" d=\"M[\\d. L-]{40,}\"");
        assertThat(page).containsPattern("<path class=\"f-ok\" d=\"M[\\d. L-]{40,}Z\"");
        assertThat(page).containsPattern("<path class=\"f-bad\" d=\"M[\\d. L-]{40,}Z\"");
        assertThat(page).contains("<td>/buy</td>", "<h2>buylock</h2>", "<dd>12,345</dd>");
    }

    @Test
    void sortsRoutesAndEscapesMarkup() {
        record("/many", 20 * BURST, 200);
        record("/few", 5, 503);
        try (Browser browser = Browser.start();
                Page page = browser.newPage()) {
            page.open(app.url("/stats?format=html"));
            page.waitUntil("document.querySelectorAll('#routes tbody tr').length === 5");
            assertThat(routes(page)).startsWith("/many").endsWith("/few");
            assertThat(texts(page, "#sections dd", "e.textContent")).contains("<b>7</b>");

            page.click("#routes th:nth-child(2) button");
            assertThat(routes(page)).startsWith("/few").endsWith("/many");
            assertThat(sortedColumns(page)).containsExactly("Requests ascending");

            page.click("#routes th:nth-child(9) button");
            assertThat(routes(page)).endsWith("/few", "/many");
            assertThat(sortedColumns(page)).containsExactly("5xx descending");

            page.click("#routes th:nth-child(1) button");
            String[] byName = {MARKUP_ROUTE, "/buy", "/few", "/items/*", "/many"};
            assertThat(routes(page)).containsExactly(byName);

            String count = page.text("#tile-count");
            page.waitUntil("document.getElementById('tile-count').textContent !== '" + count + "'");
            assertThat(routes(page)).containsExactly(byName);
            assertThat(sortedColumns(page)).containsExactly("Route ascending");
            assertThat(page.problems()).isEmpty();
            assertThat(page.requestsToOtherHosts()).isEmpty();
        }
    }

    @Test
    void onAPhoneItShowsWhatMattersWithoutScrollingSideways() {
        app.context.setAttribute("stats.pvpool", (Supplier<?>) () -> Map.of(
                "fenced",
                false,
                "flush",
                Map.of(
                        "already_applied_chunks",
                        0,
                        "statements",
                        2,
                        "last_written_at",
                        Instant.now(),
                        "last_error",
                        "x".repeat(200),
                        "seconds_per_batch",
                        Map.of("p50", 0.003183))));
        try (Browser browser = Browser.start();
                Page page = browser.newPage()) {
            page.size(360, 800).open(app.url("/stats?format=html"));
            page.waitUntil("document.querySelectorAll('#routes tbody tr').length === 3");

            assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
                    .isEqualTo(360);
            assertThat(page.evaluate("document.querySelector('.scroll').scrollWidth"
                                    + " <= document.querySelector('.scroll').clientWidth")
                            .asBoolean())
                    .isTrue();
            assertThat(texts(page, "#routes thead th:not(.wide)", "e.textContent"))
                    .containsExactly("Route", "per s", "p99", "5xx");
            assertThat(page.evaluate("getComputedStyle(document.querySelector('#routes .wide')).display")
                            .asString())
                    .isEqualTo("none");
            // The lines that each word of each name takes.
            assertThat(page.evaluate("""
                            [...document.querySelectorAll('#sections dt, #sections h3')].flatMap((e) =>
                              [...e.textContent.matchAll(/\\S+/g)].map((word) => {
                                const range = document.createRange();
                                range.setStart(e.firstChild, word.index);
                                range.setEnd(e.firstChild, word.index + word[0].length);
                                return range.getClientRects().length;
                              }))""").valueStream().map(JsonNode::asInt))
                    .hasSizeGreaterThan(10)
                    .containsOnly(1);
            assertThat(texts(page, "#sections dd", "e.textContent"))
                    .contains("no", "3.18 ms", "x".repeat(200))
                    .anyMatch(value -> value.matches("now|\\d+ s ago"));
            assertThat(page.problems()).isEmpty();
        }
    }

    @Test
    void anEmptyPageSaysWhatItWaitsFor() {
        app.context.removeAttribute("stats.traffic");
        try (Browser browser = Browser.start();
                Page page = browser.newPage()) {
            page.open(app.url("/stats?format=html"));
            page.waitForText("#chart-latency .none", "waiting for a request");

            assertThat(page.text("#about")).isEqualTo("waiting for the first request");
            assertThat(page.text("#routes tbody"))
                    .startsWith("No request has been counted yet. Requests of this page do not count:");
            assertThat(page.problems()).isEmpty();
        }
    }

    @Test
    void itsPolicyAllowsNoOtherHostOrScript() throws Exception {
        HttpResponse<String> response = app.get("/stats", "Accept", "text/html,*/*;q=0.8");

        String policy = response.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .startsWith("default-src 'none'; script-src 'sha256-")
                .contains("connect-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(response.body())
                .doesNotContainPattern("(src|href)=\"(https?:)?//")
                .doesNotContain("style=\"");
    }

    private static List<String> routes(Page page) {
        return texts(page, "#routes tbody td:first-child", "e.textContent");
    }

    private static List<String> sortedColumns(Page page) {
        return texts(page, "#routes th:not([aria-sort=none])", "e.textContent + ' ' + e.ariaSort");
    }

    private static List<String> texts(Page page, String selector, String text) {
        return page.evaluate("[...document.querySelectorAll('%s')].map(e => %s)".formatted(selector, text))
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private static String textOf(String page, String id) {
        Matcher matcher = Pattern.compile("id=\"" + id + "\"[^>]*>([^<]*)<").matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
