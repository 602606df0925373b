package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Browser;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Page;
import io.github.doorbuster.testing.Parallel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The console in a browser, under load and with servers down. */
class ConsolePageIT {

    @Test
    void showsTheStatistics() throws Exception {
        try (DemoProcess demo = DemoProcess.start(List.of());
                Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("#link", "Live");
            assertThat(visible(page, ".uptime")).isTrue();
            DemoClient client = new DemoClient(demo.uri());
            Parallel.run(4, thread -> {
                for (int i = 0; i < 10; i++) {
                    client.buy("1");
                    client.view(IntStream.rangeClosed(1, 12)
                            .mapToObj(String::valueOf)
                            .toList());
                }
            });

            page.waitForText("[data-value='shop.bought']", "40");
            page.waitForText("[data-value='pvpool.accepted_views']", "480");
            page.waitForText("[data-value='pvpool.flush.last_written_at']", "ago");
            page.waitForText("#hot-items", "Item 12");
            page.waitForText("#hot-items", "40, 40 today");
            page.waitForText("#purchases-state", "One at a time");
            page.waitForText("#views-state", "All written");
            page.waitForText("#requests-state", "No server errors");
            assertThat(visible(page, "[data-list='buylock.rejected']")).isFalse();
            assertThat(visible(page, "[data-value='buylock.lease_lost']")).isFalse();
            assertThat(page.text("[data-list='request.status_count']")).doesNotContain("500");
            assertThat(page.text("[data-value='latency.percentiles.99']")).matches("[\\d.]+ (µs|ms|s)");
            assertThat(page.text(".figures [data-rate='shop.bought']")).matches("[\\d.,]+/s");
            assertThat(page.text("#plot-requests .legend")).matches("requests\\s+[\\d.,]+/s");
            page.waitUntil("document.querySelector('#plot-requests .line').getAttribute('d').includes('L')");
            assertThat(page.evaluate("document.querySelector('#plot-times .series-c').getAttribute('d')")
                            .asString())
                    .startsWith("M");
            assertThat(page.problems()).isEmpty();
            assertThat(page.requestsToOtherHosts()).isEmpty();
        }
    }

    @Test
    void showsWhatIsHotWhileTheViewsOfTodayAreSlow() throws Exception {
        try (DemoProcess demo = DemoProcess.start(List.of());
                Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("#link", "Live");
            page.evaluate("window.asked = 0, window.answered = window.fetch, window.fetch = (url, how) =>"
                    + " String(url).startsWith('/items/pvc') ? (window.asked++, new Promise(() => {}))"
                    + " : window.answered(url, how), 0");
            DemoClient client = new DemoClient(demo.uri());
            for (String views : List.of("1", "2", "3")) {
                client.view(List.of("7"));
                page.waitUntil("document.querySelector('#hot-items dd')?.textContent === '%s'".formatted(views));
            }
            assertThat(page.evaluate("window.asked").asInt()).isEqualTo(1);
        }
    }

    @Test
    void hidesWhatItDoesNotKnowYet() throws Exception {
        try (DemoProcess demo = DemoProcess.start(List.of());
                Page page = Browser.shared().newPage()) {
            page.withoutJavaScript().open(demo.uri() + "/console");
            assertThat(visible(page, ".uptime")).isFalse();
            assertThat(visible(page, ".rows")).isFalse();
            assertThat(visible(page, "footer a")).isTrue();
        }
    }

    private static boolean visible(Page page, String selector) {
        return page.evaluate("document.querySelector(\"%s\").checkVisibility({checkVisibilityCSS: true})"
                        .formatted(selector))
                .asBoolean();
    }

    @Test
    void runsARushWithOneClick() {
        try (DemoProcess demo = DemoProcess.start(List.of("--purchase-millis", "1"));
                Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("#rush-state", "Ready");
            page.waitUntil("document.querySelector('#rush-form select').value === '1'");
            for (String field : List.of("buyers 20", "viewers 2", "seconds 5", "stock 40")) {
                String[] parts = field.split(" ");
                page.evaluate(
                        "document.querySelector('#rush-form [name=%s]').value = %s".formatted(parts[0], parts[1]));
            }
            page.click("#rush-form button");
            page.waitForText("#rush-state", "Running");
            page.waitUntil("document.querySelector('#rush-progress').value > 1");
            page.waitForText("#rush-state", "Finished, every count is exact");

            assertThat(page.text("#rush-words"))
                    .contains("40 of 40 sold, none oversold", "20 told “sold out”", "none lost");
            page.waitForText("[data-value='shop.bought']", "40");
            page.waitForText("[data-sum^='shop.sold_out']", "20");
            assertThat(page.text("#plot-purchases figcaption")).contains("up to");
            assertThat(page.evaluate("document.querySelector('.panels .good') !== null")
                            .asBoolean())
                    .isTrue();
            page.evaluate("document.querySelector('#rush-form [name=seconds]').value = 60");
            page.click("#rush-form button");
            page.waitForText("#rush-state", "Running");
            page.click("#rush-stop");
            page.waitForText("#rush-state", "Finished");
            assertThat(page.evaluate("document.querySelector('#rush-form').checkVisibility()")
                            .asBoolean())
                    .isTrue();
            assertThat(page.problems()).isEmpty();
        }
    }

    @Test
    void pausesAndOpensTheSaleOfAnItem() {
        try (DemoProcess demo = DemoProcess.start(List.of());
                Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("#sale-state", "Open");
            page.click("#sale-form button[name=pause]");
            page.waitForText("#sale-state", "Paused");
            page.click("#sale-form button[name=open]");
            page.waitForText("#sale-state", "Open");
            page.evaluate("document.querySelector('#sale-form [name=seconds]').value = 0");
            page.click("#sale-form button[name=close]");
            assertThat(page.evaluate("document.querySelector('#sale-form :invalid') !== null")
                            .asBoolean())
                    .isTrue();
            assertThat(page.problems()).isEmpty();
        }
    }

    @Test
    void showsThatMemcachedAndTheShopAreDown() {
        try (MemcachedServer memcached = MemcachedServer.startOwn();
                DemoProcess demo = DemoProcess.start(List.of("--memcached", memcached.address(), "--no-pvpool"));
                Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("[data-list='buylock.store.servers']", "up");
            page.waitForText("#purchases-state", "No purchases yet");
            page.waitForText("#views-state", "Without the pool");
            page.waitForText("#plot-purchases .nothing", "No purchases in this time");
            assertThat(visible(page, ".headline")).isFalse();
            assertThat(visible(page, ".panels .figures")).isFalse();
            assertThat(page.evaluate("document.querySelectorAll('.panels .good').length")
                            .asInt())
                    .isEqualTo(1);

            memcached.kill();
            page.waitForText("#purchases-state", "Lock store down");
            page.waitForText("[data-list='buylock.store.servers']", "down");

            demo.terminate();
            page.waitForText("#link", "No data");
        }
    }
}
