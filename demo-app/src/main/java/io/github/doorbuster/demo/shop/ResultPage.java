package io.github.doorbuster.demo.shop;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page that a browser without JavaScript shows after a purchase or an error. */
final class ResultPage {

    private final Page page;
    private final Page retry;

    ResultPage(Assets assets) throws IOException {
        this.page = new Page("result.html", assets);
        this.retry = new Page("retry.html", assets);
    }

    /** The item of a purchase. */
    record Purchased(String id, String name) {}

    private record Message(String kind, String heading, String text) {}

    /** Renders an error that concerns no item. */
    String render(int status, String reason) {
        return render(status, reason, null);
    }

    /** Renders the result of a purchase, with its item if that is known. */
    String render(int status, String reason, @Nullable Purchased item) {
        String name = item == null ? "item" : item.name();
        Message message = switch (status) {
            case 200 -> new Message("bought", "Thank you", "You have bought one " + name + ".");
            case 409 -> new Message("sold-out", "Sold out", name + " is sold out. Nothing was bought.");
            case 503 -> new Message("rejected", "Please try again", busy(item));
            case 404 -> new Message("rejected", "Not found", "This item or page does not exist.");
            default -> new Message("rejected", "That did not work", "Nothing was bought. " + sentence(reason));
        };
        return page.fill(Map.of(
                "kind", message.kind(),
                "heading", message.heading(),
                "text", Page.escape(message.text()),
                "retry",
                        status == 503 && item != null
                                ? retry.fill(Map.of(
                                        "id", Page.escape(item.id()),
                                        "query", URLEncoder.encode(item.id(), StandardCharsets.UTF_8),
                                        "name", Page.escape(item.name())))
                                : "",
                "anchor", item == null ? "" : "#item-" + Page.escape(item.id())));
    }

    private static String busy(@Nullable Purchased item) {
        return item == null
                ? "The shop cannot answer right now."
                : "The shop is very busy, and your order did not go through.";
    }

    private static String sentence(String reason) {
        return reason.substring(0, 1).toUpperCase(Locale.ROOT) + reason.substring(1) + ".";
    }
}
