package io.github.doorbuster.demo.shop;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a browser without JavaScript shows after it has bought, or instead of an error. */
public final class AnswerPage {

    /** The headers that go with the page. */
    public static final Map<String, String> HEADERS = Page.HEADERS;

    private final Page page;
    private final Page retry;

    /**
     * A page for any answer.
     *
     * @param assets what the page links to
     * @throws IOException if the page's template cannot be read
     */
    public AnswerPage(Assets assets) throws IOException {
        this.page = new Page("answer.html", assets);
        this.retry = new Page("retry.html", assets);
    }

    /** The item of a purchase. */
    record Wanted(String id, String name) {}

    private record Words(String kind, String heading, String text) {}

    /**
     * Renders an error that concerns no item.
     *
     * @param status the HTTP status
     * @param reason what went wrong, in a sentence
     * @return HTML
     */
    public String render(int status, String reason) {
        return render(status, reason, null);
    }

    /** Renders the answer to a purchase, of an item if it is known which. */
    String render(int status, String reason, @Nullable Wanted wanted) {
        String item = wanted == null ? "item" : wanted.name();
        Words words = switch (status) {
            case 200 -> new Words("bought", "It’s yours", "You have bought one " + item + ".");
            case 409 -> new Words("sold-out", "Sold out", "The last " + item + " is gone. Nothing was bought.");
            case 503 -> new Words("refused", "Not this time", "Nothing was bought: " + reason + ".");
            case 404 -> new Words("refused", "Not found", sentence(reason));
            default -> new Words("refused", "That did not work", sentence(reason));
        };
        return page.fill(Map.of(
                "kind", words.kind(),
                "heading", words.heading(),
                "text", Page.escape(words.text()),
                "retry",
                        status == 503 && wanted != null
                                ? retry.fill(Map.of(
                                        "id", Page.escape(wanted.id()),
                                        "query", URLEncoder.encode(wanted.id(), StandardCharsets.UTF_8),
                                        "name", Page.escape(wanted.name())))
                                : "",
                "anchor", wanted == null ? "" : "#item-" + Page.escape(wanted.id())));
    }

    private static String sentence(String reason) {
        return reason.substring(0, 1).toUpperCase(Locale.ROOT) + reason.substring(1) + ".";
    }
}
