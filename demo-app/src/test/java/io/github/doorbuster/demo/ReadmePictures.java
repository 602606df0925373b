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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Takes the screenshots of the README during a sale. Not a test; CONTRIBUTING.md has its command. */
class ReadmePictures {

    private static final Path FOLDER = Repository.path("docs/images");
    private static final long MOST_BYTES = 200_000;
    private static final Duration SALE = Duration.ofSeconds(64);
    private static final Duration HOT = Duration.ofSeconds(6);
    private static final int BUYERS = 24;
    private static final int VIEWERS = 4;
    private static final int ITEMS = 12;

    private final long began = System.nanoTime();

    private boolean isOpen() {
        return System.nanoTime() - began < SALE.toNanos();
    }

    @Test
    void takePictures() throws Exception {
        try (DemoProcess demo = DemoProcess.start(List.of("--purchase-millis", "60"));
                Browser browser = Browser.start();
                Page shop = browser.newPage();
                Page console = browser.newPage();
                Page stats = browser.newPage()) {
            shop.size(1120, 1000).open(demo.uri() + "/");
            console.size(1200, 860).open(demo.uri() + "/console");
            stats.size(1200, 860).open(demo.uri() + "/stats?format=html");
            DemoClient client = new DemoClient(demo.uri());
            Parallel.run(BUYERS + VIEWERS + 1, thread -> {
                Random random = new Random(thread);
                if (thread < BUYERS) {
                    buy(client, random);
                } else if (thread < BUYERS + VIEWERS) {
                    view(client, random);
                } else {
                    Thread.sleep(10_000); // the sale needs a history
                    shop.click("#item-2 button");
                    shop.waitForText("#item-2 .result", "Bought");
                    shop.evaluate("scrollTo(0, 0)");
                    shop.waitForText("#item-1 .stock", "Only");
                    take(shop, "shop.png");
                    Thread.sleep(SALE.toMillis()
                            - 5_000
                            - Duration.ofNanos(System.nanoTime() - began).toMillis());
                    take(console, "console.png");
                    take(stats, "stats.png");
                }
            });
        }
    }

    /** Makes another item the hot one every few seconds. */
    private void buy(DemoClient client, Random random) throws IOException, InterruptedException {
        while (isOpen()) {
            int hot = 3 + (int) ((System.nanoTime() - began) / HOT.toNanos()) % (ITEMS - 2);
            int dice = random.nextInt(10);
            client.buy(String.valueOf(dice == 0 ? 1 : dice < 3 ? 1 + random.nextInt(ITEMS) : hot));
            Thread.sleep(random.nextInt(2_200)); // load
        }
    }

    private void view(DemoClient client, Random random) throws IOException, InterruptedException {
        while (isOpen()) {
            client.view(IntStream.range(0, 1 + random.nextInt(20))
                    .mapToObj(i -> String.valueOf(1 + random.nextInt(ITEMS)))
                    .toList());
            Thread.sleep(random.nextInt(40)); // load
        }
    }

    private static void take(Page page, String name) throws IOException {
        page.screenshot(FOLDER.resolve(name));
        assertThat(Files.size(FOLDER.resolve(name))).isLessThan(MOST_BYTES);
    }
}
