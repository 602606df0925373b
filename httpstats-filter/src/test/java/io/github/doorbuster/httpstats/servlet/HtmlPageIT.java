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
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page as a browser draws it while requests come in. */
class HtmlPageIT {

    private static final int BURST = 10_000;
    private static final Path PICTURES = Path.of("target").toAbsolutePath();

    private final HttpStats stats = HttpStats.builder().build();
    private final JettyApp app = new JettyApp();

    /** A burst at every look: the browser's clock runs as it likes, so traffic must not depend on ours. */
    private Map<String, Integer> burst() {
        String[] routes = {"/items/*", "/buy", "/<img src=x onerror=alert(1)>"};
        for (int i = 0; i < BURST; i++) {
            record(routes[i % 3], 1, i % 10 == 0 ? 503 : 200);
        }
        return Map.of("requests", BURST);
    }

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

    @Test
    void itDrawsRatePercentilesAndStatusMixAndListsRoutesAndSections() throws Exception {
        String page = Chromium.document(
                app.url("/stats?format=html"), Duration.ofSeconds(15), 1200, PICTURES.resolve("page.png"));

        assertThat(textOf(page, "state")).isEqualTo("live");
        assertThat(page).doesNotContain("data-violations");
        assertThat(textOf(page, "tile-rate")).matches("[\\d,]+");
        assertThat(textOf(page, "tile-p99")).matches("[\\d.]+ (µs|ms|s)");
        assertThat(textOf(page, "tile-errors")).matches("[\\d.]+ %");
        assertThat(textOf(page, "tile-5xx")).matches("[\\d,]{3,} in all");
        assertThat(page).containsPattern("<path class=\"line s-a\" d=\"M[\\d. L-]{40,}\"");
        assertThat(page).containsPattern("<path class=\"line s-c\" d=\"M[\\d. L-]{40,}\"");
        assertThat(page).containsPattern("<path class=\"f-ok\" d=\"M[\\d. L-]{40,}Z\"");
        assertThat(page).containsPattern("<path class=\"f-bad\" d=\"M[\\d. L-]{40,}Z\"");
        assertThat(page).contains("<td>/buy</td>", "<h2>buylock</h2>", "<dd>12,345</dd>");
    }

    @Test
    void whatOthersPutInIsTextAndNeverMarkup() throws Exception {
        String page = Chromium.document(
                app.url("/stats?format=html"), Duration.ofSeconds(5), 390, PICTURES.resolve("page-phone.png"));

        assertThat(page).contains("<td>/&lt;img src=x onerror=alert(1)&gt;</td>", "<dd>&lt;b&gt;7&lt;/b&gt;</dd>");
    }

    @Test
    void aClickOnAColumnSortsTheRoutesByItAndTheyStaySorted() {
        record("/many", 20 * BURST, 200);
        record("/few", 5, 503);
        try (Browser browser = Browser.start();
                Page page = browser.newPage()) {
            page.open(app.url("/stats?format=html"));
            page.waitUntil("document.querySelectorAll('#routes tbody tr').length === 5");
            assertThat(routes(page)).startsWith("/many").endsWith("/few");

            page.click("#routes th:nth-child(2) button");
            assertThat(routes(page)).startsWith("/few").endsWith("/many");
            assertThat(sortedColumns(page)).containsExactly("Requests ascending");

            page.click("#routes th:nth-child(9) button");
            assertThat(routes(page)).endsWith("/few", "/many");
            assertThat(sortedColumns(page)).containsExactly("5xx descending");

            page.click("#routes th:nth-child(1) button");
            String[] byName = {"/<img src=x onerror=alert(1)>", "/buy", "/few", "/items/*", "/many"};
            assertThat(routes(page)).containsExactly(byName);

            String count = page.text("#tile-count");
            page.waitUntil("document.getElementById('tile-count').textContent !== '" + count + "'");
            assertThat(routes(page)).containsExactly(byName);
            assertThat(sortedColumns(page)).containsExactly("Route ascending");
            assertThat(page.problems()).isEmpty();
            assertThat(page.requestsToOtherHosts()).isEmpty();
        }
    }

    private void record(String route, int requests, int status) {
        for (int i = 0; i < requests; i++) {
            stats.end(stats.begin(), route, "GET", status);
        }
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

    @Test
    void itsPolicyAllowsItsOwnScriptAndStyleAndNoOtherHost() throws Exception {
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

    private static String textOf(String page, String id) {
        Matcher matcher = Pattern.compile("id=\"" + id + "\"[^>]*>([^<]*)<").matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
