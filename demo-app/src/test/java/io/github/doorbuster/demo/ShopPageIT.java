package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Browser;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Page;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page of the shop in a browser. */
class ShopPageIT {

    private static final String TURNTABLE = "#item-1 ";
    private static final int TURNTABLES = 50;
    private static final String KETTLE = "#item-4 ";
    private static final int KETTLES = 100;
    private static final String STOP_REFRESH =
            "{ const ask = fetch; window.fetch = (url, how) => ask(url === '/api/items' ? '/hc' : url, how); }";

    private static DemoProcess demo;
    private static DemoClient others;

    private Page page;

    @BeforeAll
    static void start() {
        demo = DemoProcess.start(List.of("--purchase-millis", "1"));
        others = new DemoClient(demo.uri());
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @BeforeEach
    void newPage() {
        page = Browser.shared().newPage();
    }

    @AfterEach
    void checkForProblems() {
        List<String> problems = page.problems();
        List<String> elsewhere = page.requestsToOtherHosts();
        page.close();
        assertThat(problems).isEmpty();
        assertThat(elsewhere).isEmpty();
    }

    private void open() {
        page.open(demo.uri() + "/");
    }

    @Test
    void buysUntilSoldOutAndShowsOtherBuyers() throws Exception {
        open();
        waitForViews(1);
        int views = Integer.parseInt(page.text(TURNTABLE + ".views").split(" ")[0]);

        page.click(TURNTABLE + "button");
        page.waitForText(TURNTABLE + ".result", "Bought");
        page.waitForText(TURNTABLE + ".stock", "49 left");
        page.waitUntil("document.querySelector('%s.gauge .left').width.baseVal.value === 98".formatted(TURNTABLE));
        assertThat(page.text("#announcer")).isEqualTo("Turntable, limited edition: Bought. Thank you!");

        others.view(List.of("1", "1", "1"));
        waitForViews(views + 3); // and those that other pages have just sent
        buy("1", TURNTABLES - 2);
        page.waitForText(TURNTABLE + ".stock", "Only 1 left");
        page.evaluate(STOP_REFRESH);
        others.buy("1");
        page.click(TURNTABLE + "button");
        page.waitForText(TURNTABLE + ".result", "Sold out");
        page.waitForText(TURNTABLE + "button", "Sold out");
    }

    @Test
    void showsTheViewsOfTodayBesideAllViews() throws Exception {
        open();
        others.view(List.of("9", "9", "9", "9"));
        page.waitUntil("(([today, all]) => today >= 4 && today === all)"
                + "(['today', 'views'].map(name => parseInt(document.querySelector('#item-9 .' + name).textContent)))");
        assertThat(page.text("#item-9 .today")).matches("[0-9]+ today");
        page.withoutJavaScript().open(demo.uri() + "/");
        assertThat(page.text("#item-9 .today")).matches("[0-9]+ today");
    }

    @Test
    void marksTheHottestItems() throws Exception {
        open();
        for (int i = 0; i < 40; i++) {
            others.view(List.of("7", "7", "7"));
        }
        page.waitUntil("document.querySelector('#item-7 .hot-now').checkVisibility()");
        assertThat(page.evaluate("document.querySelectorAll('.item.hot').length")
                        .asInt())
                .isLessThanOrEqualTo(3);
    }

    @Test
    void theStockBarStartsFull() throws Exception {
        try (DemoProcess shop = DemoProcess.start(List.of("--stock", "8"))) {
            page.withoutJavaScript().open(shop.uri() + "/");
            assertThat(widthsOfBars()).hasSize(12).containsOnly(100);
            for (int i = 0; i < 2; i++) {
                new DemoClient(shop.uri()).buy("3");
            }
            page.open(shop.uri() + "/");
            assertThat(widthsOfBars()).hasSize(12).contains(75);
        }
    }

    private List<Integer> widthsOfBars() {
        return page.evaluate("[...document.querySelectorAll('.gauge .left')].map(bar => bar.width.baseVal.value)")
                .valueStream()
                .map(JsonNode::asInt)
                .toList();
    }

    private void waitForViews(int least) {
        page.waitUntil("parseInt(document.querySelector('%s.views').innerText) >= %d".formatted(TURNTABLE, least));
    }

    private static void buy(String itemId, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(others.buy(itemId).status()).isEqualTo(200);
        }
    }

    @Test
    void showsTheWaitAndOffersARetry() {
        try (MemcachedServer memcached = MemcachedServer.startOwn();
                DemoProcess shop = DemoProcess.start(List.of("--memcached", memcached.address()));
                Page plain = Browser.shared().newPage()) {
            page.open(shop.uri() + "/");
            plain.withoutJavaScript().open(shop.uri() + "/");
            memcached.command("add buy/1 0 0 7\r\nanother");

            page.click(TURNTABLE + "button");
            page.waitForText(TURNTABLE + ".result", "Waiting for your turn");
            page.waitForText(TURNTABLE + "button", "Waiting");
            plain.click(TURNTABLE + "button");

            page.waitForText(TURNTABLE + ".result", "The shop is very busy");
            page.waitForText(TURNTABLE + "button", "Try again");
            plain.waitForText("h1", "Please try again");
            assertThat(plain.status()).isEqualTo(503);

            memcached.command("delete buy/1");
            plain.click("main button");
            plain.waitForText("h1", "Thank you");
            page.waitUntil("document.querySelector('%sbutton').ariaDisabled === 'false'".formatted(TURNTABLE));
            page.click(TURNTABLE + "button");
            page.waitForText(TURNTABLE + ".result", "Bought");
            assertThat(plain.problems()).isEmpty();
            open(); // the page must not poll a shop that has ended
        }
    }

    @Test
    void sellsWithoutJavaScript() throws Exception {
        page.withoutJavaScript();
        open();
        page.click(KETTLE + "button");
        page.waitForText("h1", "Thank you");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text("main p")).isEqualTo("You have bought one Cast-iron kettle.");
        page.click("main a");
        page.waitForText(KETTLE + ".stock", "99 left");

        buy("4", KETTLES - 1);
        page.click(KETTLE + "button");
        page.waitForText("h1", "Sold out");
        assertThat(page.status()).isEqualTo(409);
        open();
        assertThat(page.evaluate("document.querySelector('%sbutton').disabled".formatted(KETTLE))
                        .asBoolean())
                .isTrue();
        assertThat(page.requests()).noneMatch(url -> url.endsWith("/items/pvc"));
    }

    @Test
    void worksWithTheKeyboard() {
        open();
        page.waitForText("#live", "Live");
        page.press(Page.Key.TAB);
        page.press(Page.Key.ENTER); // skips to the items
        page.press(Page.Key.TAB);
        page.press(Page.Key.TAB);
        assertThat(focused()).isEqualTo("Buy Instant camera");
        assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                        .asString())
                .isEqualTo("solid");
        page.press(Page.Key.ENTER);
        page.waitForText("#item-2 .result", "Bought");
        assertThat(focused()).isEqualTo("Buy Instant camera");
    }

    private String focused() {
        return page.evaluate("document.activeElement.textContent").asString();
    }
}
