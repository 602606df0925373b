package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Browser;
import io.github.doorbuster.testing.Page;
import io.github.doorbuster.testing.Parallel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every page on a phone and a desktop, in light and dark. The screenshots are in {@code target/pictures}. */
class PageLayoutIT {

    private static final Path PICTURES = Path.of("target", "pictures");
    private static final double LEAST_CONTRAST = 4.5;

    private static DemoProcess demo;
    private static String contrasts;

    @BeforeAll
    static void startAndSell() throws Exception {
        Files.createDirectories(PICTURES);
        demo = DemoProcess.start(List.of("--purchase-millis", "1"));
        contrasts = script("contrasts.js");
        DemoClient client = new DemoClient(demo.uri());
        Parallel.run(4, thread -> {
            for (int i = 0; i < 25; i++) {
                client.buy(thread == 0 ? "3" : "2");
                client.buy(thread < 3 ? "5" : "6");
                client.view(List.of("1", "2", "3", "5", "8", "11"));
            }
            for (int i = 0; i < (thread == 0 ? 8 : 10); i++) {
                client.buy("4");
                client.buy("1");
            }
        });
        for (int i = 0; i < 60; i++) {
            client.buy("2");
            client.buy("7");
        }
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static String script(String name) {
        try (InputStream in = PageLayoutIT.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shop() {
        try (Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/");
            page.waitForText("#live", "Live");
            page.click("#item-8 button");
            page.waitForText("#item-8 .result", "Bought");
            page.waitForText("#item-2 button", "Sold out");
            page.evaluate("scrollTo(0, 0)");
            checkLayout("shop", page);
        }
    }

    @Test
    void console() {
        try (Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/console");
            page.waitForText("#plot-requests .legend", "/s");
            checkLayout("console", page);

            page.waitForText("#rush-state", "Ready");
            page.evaluate("document.querySelector('#rush-form select').value = '12'");
            page.evaluate("document.querySelector('[name=buyers]').value = 20");
            page.click("#rush-form button");
            page.waitForText("#rush-words", "sold;");
            page.evaluate("scrollTo(0, 0)");
            checkLayout("rush", page);
            page.click("#rush-stop");
            page.waitForText("#rush-state", "Finished");
            checkLayout("rush-finished", page);
        }
    }

    @Test
    void stats() {
        try (Page page = Browser.shared().newPage()) {
            page.open(demo.uri() + "/stats?format=html");
            page.waitForText("#sections", "statements");
            page.waitForText("#chart-rate .legend", "per second");
            checkLayout("stats", page);
        }
    }

    @Test
    void resultWithoutJavaScript() {
        try (Page page = Browser.shared().newPage()) {
            page.withoutJavaScript().open(demo.uri() + "/");
            page.click("#item-9 button");
            page.waitForText("h1", "Thank you");
            checkLayout("bought", page);
        }
    }

    /** The elements that reach beyond the right edge. */
    private static final String TOO_WIDE = """
            [...document.body.querySelectorAll('*')]
              .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth)
              .map(e => e.tagName + ' ' + e.textContent.slice(0, 50))""";

    private static void checkLayout(String name, Page page) {
        for (int width : List.of(360, 1280)) {
            page.size(width, 900);
            for (String scheme : List.of("light", "dark")) {
                if (scheme.equals("dark")) {
                    page.dark();
                } else {
                    page.light();
                }
                String view = "%s-%d-%s".formatted(name, width, scheme);
                page.screenshot(PICTURES.resolve(view + ".png"));
                assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
                        .as("%s: %s", view, page.evaluate(TOO_WIDE))
                        .isLessThanOrEqualTo(width);
                assertThat(page.evaluate(contrasts))
                        .as(view)
                        .hasSizeGreaterThan(3)
                        .allSatisfy(text -> assertThat(text.get("contrast").asDouble())
                                .as(text.toString())
                                .isGreaterThanOrEqualTo(LEAST_CONTRAST));
            }
        }
        assertThat(page.evaluate("document.querySelectorAll('h1, main').length").asInt())
                .isEqualTo(2);
        assertThat(page.problems()).isEmpty();
        assertThat(page.requestsToOtherHosts()).isEmpty();
    }
}
