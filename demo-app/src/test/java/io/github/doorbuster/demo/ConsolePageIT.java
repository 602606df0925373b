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
            page.waitForText("[data-value='buylock.granted']", "40");
            page.waitForText("[data-value='pvpool.accepted_views']", "480");
            page.waitForText("[data-value='pvpool.flush.last_written_at']", "ago");
            page.waitForText("[data-list='buylock.rejected']", "item queue full");
            page.waitForText("#lock-state", "Locks in memory");
            page.waitForText("#pool-state", "All written");
            assertThat(page.text("[data-value='latency.percentiles.99']")).matches("[\\d.]+ (µs|ms|s)");
            assertThat(page.text("[data-rate='request.count']")).matches("[\\d.,]+/s");
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
    void showsThatMemcachedAndTheShopAreDown() {
        try (MemcachedServer memcached = MemcachedServer.startOwn();
                DemoProcess demo = DemoProcess.start(List.of("--memcached", memcached.address(), "--no-pvpool"));
                Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("#lock-state", "Store up");
            page.waitForText("#pool-state", "Off");

            memcached.kill();
            page.waitForText("#lock-state", "Store down");
            page.waitForText("[data-list='buylock.store.servers']", "down");

            demo.terminate();
            page.waitForText("#link", "No data");
        }
    }
}
