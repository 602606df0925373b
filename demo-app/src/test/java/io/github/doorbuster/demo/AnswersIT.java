package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets JSON and who a page, and what goes with it. */
class AnswersIT {

    private static final String BROWSER =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static DemoProcess demo;

    @BeforeAll
    static void start() {
        demo = DemoProcess.start(List.of("--purchase-millis", "0"));
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String accept) throws Exception {
        return HTTP.send(request.header("Accept", accept).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> buy(String form, String accept) throws Exception {
        return send(
                HttpRequest.newBuilder(demo.uri().resolve("/buy?item=1"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)),
                accept);
    }

    private static HttpResponse<String> get(String path, String accept) throws Exception {
        return send(HttpRequest.newBuilder(demo.uri().resolve(path)), accept);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/json, text/html", "text/plain"})
    void whoDoesNotAskForAPageGetsJson(String accept) throws Exception {
        HttpResponse<String> response = buy("item_id=2", accept);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"bought\":\"2\"}");
        assertThat(header(response, "Content-Type")).startsWith("application/json");
        assertThat(header(response, "Vary")).isEqualTo("Accept");
    }

    @ParameterizedTest
    @CsvSource({
        "item_id=3,200,You have bought one Mechanical keyboard.",
        "item_id=nothing,404,There is no such item",
        "item_id=1&item_id=2,400,",
        "item_id=<script>,404,There is no such item",
        "'',400,"
    })
    void aBrowserGetsAPageUnderTheSameStatus(String form, int status, String text) throws Exception {
        HttpResponse<String> response = buy(form, BROWSER);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(header(response, "Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(header(response, "Vary")).isEqualTo("Accept");
        assertThat(response.body()).contains("<h1>").doesNotContain("<script>");
        if (text != null) {
            assertThat(response.body()).contains(text);
        }
    }

    @Test
    void aPathThatIsNotThereIsAPageForABrowserAndJsonForOthers() throws Exception {
        assertThat(get("/nowhere", BROWSER).body()).contains("<h1>Not found</h1>");
        assertThat(get("/nowhere", "*/*").body()).startsWith("{\"error\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "TRACE", "OPTIONS", "NONSENSE"})
    void aPathThatIsNotThereIsNoServerErrorWhateverTheMethod(String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(demo.uri().resolve("/nowhere"))
                .method(method, BodyPublishers.noBody())
                .build();

        assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    @Test
    void pagesAreAskedForAgainAndTheirFilesAreKeptForGood() throws Exception {
        HttpResponse<String> page = get("/", BROWSER);
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(page, "Content-Security-Policy"))
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(page.body())
                .doesNotContain("style=\"", "onclick")
                .doesNotContainPattern("(src|href)=\"(https?:)?//");

        Matcher link = Pattern.compile("\"(/assets/[^\"]+)\"").matcher(page.body());
        int files = 0;
        while (link.find()) {
            HttpResponse<String> file = get(link.group(1), "*/*");
            assertThat(file.statusCode()).as(link.group(1)).isEqualTo(200);
            assertThat(header(file, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
            files++;
        }
        assertThat(files).isGreaterThan(15);
        assertThat(get("/assets/0123/shop.js", "*/*").statusCode()).isEqualTo(404);
        assertThat(get("/assets/", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void aMethodThePageDoesNotTakeIsSaidOnAPage() throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(demo.uri()).POST(BodyPublishers.noBody()), BROWSER);

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.body()).contains("This path takes GET, HEAD");
    }

    @Test
    void aHeadHasTheHeadersAndNoBody() throws Exception {
        HttpResponse<String> head = send(
                HttpRequest.newBuilder(URI.create(demo.uri() + "/")).method("HEAD", BodyPublishers.noBody()), BROWSER);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).matches("\\d{4,}");
        assertThat(head.body()).isEmpty();
    }
}
