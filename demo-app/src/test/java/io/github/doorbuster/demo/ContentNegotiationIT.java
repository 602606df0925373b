package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which clients get JSON, which get a page, and with which headers. */
class ContentNegotiationIT {

    private static final String BROWSER =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    private static DemoProcess demo;
    private static HttpTestClient http;

    @BeforeAll
    static void start() {
        demo = DemoProcess.start(List.of("--purchase-millis", "0"));
        http = new HttpTestClient(demo.uri());
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static HttpReply send(String method, String path, String accept) throws Exception {
        return http.send(method, path, Map.of("Accept", accept), "");
    }

    private static HttpReply buy(String form, String accept) throws Exception {
        Map<String, String> headers = Map.of("Accept", accept, "Content-Type", HttpTestClient.FORM);
        return http.send("POST", "/buy?item=1", headers, form);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/json, text/html", "text/plain"})
    void othersGetJson(String accept) throws Exception {
        HttpReply reply = buy("item_id=2", accept);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo("{\"bought\":\"2\"}");
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.header("Vary")).isEqualTo("Accept");
    }

    @ParameterizedTest
    @CsvSource({
        "item_id=3,200,You have bought one Mechanical keyboard.",
        "item_id=nothing,404,This item or page does not exist",
        "item_id=1&item_id=2,400,",
        "item_id=<script>,404,This item or page does not exist",
        "'',400,"
    })
    void browsersGetAPageWithTheSameStatus(String form, int status, String text) throws Exception {
        HttpReply reply = buy(form, BROWSER);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(reply.header("Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(reply.header("Vary")).isEqualTo("Accept");
        assertThat(reply.text()).contains("<h1>").doesNotContain("<script>");
        if (text != null) {
            assertThat(reply.text()).contains(text);
        }
    }

    @Test
    void unknownPathsAreNegotiatedToo() throws Exception {
        assertThat(send("GET", "/nowhere", BROWSER).text()).contains("<h1>Not found</h1>");
        assertThat(send("GET", "/nowhere", "*/*").text()).startsWith("{\"error\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "TRACE", "OPTIONS", "NONSENSE"})
    void unknownPathsAre404ForEveryMethod(String method) throws Exception {
        assertThat(send(method, "/nowhere", "*/*").status()).isEqualTo(404);
    }

    @Test
    void pagesAreRevalidatedAndAssetsAreImmutable() throws Exception {
        HttpReply page = send("GET", "/", BROWSER);
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(page.header("Content-Security-Policy"))
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(page.text())
                .doesNotContain("style=\"", "onclick")
                .doesNotContainPattern("(src|href)=\"(https?:)?//");

        Matcher link = Pattern.compile("\"(/assets/[^\"]+)\"").matcher(page.text());
        int files = 0;
        while (link.find()) {
            HttpReply file = send("GET", link.group(1), "*/*");
            assertThat(file.status()).as(link.group(1)).isEqualTo(200);
            assertThat(file.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
            files++;
        }
        assertThat(files).isGreaterThan(15);
        assertThat(send("GET", "/assets/0123/shop.js", "*/*").status()).isEqualTo(404);
        assertThat(send("GET", "/assets/", "*/*").status()).isEqualTo(404);
    }

    @Test
    void browsersGetAPageForAWrongMethod() throws Exception {
        HttpReply reply = send("POST", "/", BROWSER);

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.text()).contains("This path allows GET, HEAD");
    }

    @Test
    void headHasHeadersAndNoBody() throws Exception {
        HttpReply head = send("HEAD", "/", BROWSER);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).matches("\\d{4,}");
        assertThat(head.text()).isEmpty();
    }
}
