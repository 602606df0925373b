package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Browser;
import io.github.doorbuster.testing.Page;
import io.github.doorbuster.testing.Parallel;
import io.github.doorbuster.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Takes the screenshots of the README during a rush of the console, with some other visitors. Not a test;
 * CONTRIBUTING.md has its command.
 */
class ReadmePictures {

    private static final Path FOLDER = Repository.path("docs/images");
    private static final long MOST_BYTES = 200_000;
    private static final Duration SALE = Duration.ofSeconds(60);
    private static final int BUYERS = 8;
    private static final int VIEWERS = 2;
    private static final int ITEMS = 12;

    private final long began = System.nanoTime();

    private boolean isOpen() {
        return System.nanoTime() - began < SALE.toNanos();
    }

    @Test
    void takePictures() throws Exception {
        try (DemoProcess demo = DemoProcess.start(List.of());
                Browser browser = Browser.start();
                Page shop = browser.newPage();
                Page console = browser.newPage();
                Page stats = browser.newPage()) {
            shop.size(1120, 1000).open(demo.uri() + "/");
            console.size(1200, 1000).open(demo.uri() + "/console");
            stats.size(1200, 860).open(demo.uri() + "/stats?format=html");
            DemoClient client = new DemoClient(demo.uri());
            Parallel.run(BUYERS + VIEWERS + 1, thread -> {
                Random random = new Random(thread);
                if (thread < BUYERS) {
                    buy(client, random);
                } else if (thread < BUYERS + VIEWERS) {
                    view(client, random);
                } else {
                    TimeUnit.SECONDS.sleep(10); // the plots show a history of ten seconds
                    console.waitForText("#rush-state", "Ready");
                    console.click("#rush-form button");
                    shop.waitUntil("parseInt(document.querySelector('#item-1 .stock').innerText) > 50");
                    shop.waitUntil("parseInt(document.querySelector('#item-1 .stock').innerText) < 140");
                    shop.click("#item-2 button");
                    shop.waitForText("#item-2 .result", "Bought");
                    shop.evaluate("scrollTo(0, 0)");
                    take(shop, "shop.png");
                    console.waitForText("#rush-state", "Finished");
                    console.evaluate("scrollTo(0, 0)");
                    take(console, "console.png");
                    take(stats, "stats.png");
                }
            });
        }
    }

    private void buy(DemoClient client, Random random) throws IOException, InterruptedException {
        while (isOpen()) {
            client.buy(String.valueOf(2 + Math.min(random.nextInt(ITEMS - 1), random.nextInt(ITEMS - 1))));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000)); // the rate of the load
        }
    }

    private void view(DemoClient client, Random random) throws IOException, InterruptedException {
        while (isOpen()) {
            client.view(IntStream.range(0, 1 + random.nextInt(20))
                    .mapToObj(i -> String.valueOf(1 + random.nextInt(ITEMS)))
                    .toList());
            TimeUnit.MILLISECONDS.sleep(random.nextInt(40)); // the rate of the load
        }
    }

    private static void take(Page page, String name) throws IOException {
        page.screenshot(FOLDER.resolve(name));
        assertThat(Files.size(FOLDER.resolve(name))).isLessThan(MOST_BYTES);
    }
}
