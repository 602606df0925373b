package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.LineEstimate;
import io.github.doorbuster.buylock.RejectedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the response to a purchase that is not let through: 503 with {@code Retry-After} and the reason, or the status
 * that means sold out. The container sends it when the request is complete, so that no thread waits for the client.
 */
final class RejectionResponse {

    private static final int MAX_RETRY_SECONDS = 3_600;
    /** A pause rejects the whole line at once; how long it lasts is not known on every node. */
    private static final double PAUSE_SECONDS = 3;

    private final BuyLock lock;
    private final int retryAfterSeconds;
    private final int soldOutStatus;
    /** The end of a sale sends the same response to everybody who waits. */
    private volatile @Nullable SoldOut lastSoldOut;

    private record SoldOut(String itemId, String json) {}

    RejectionResponse(BuyLock lock, int retryAfterSeconds, int soldOutStatus) {
        this.lock = lock;
        this.retryAfterSeconds = retryAfterSeconds;
        this.soldOutStatus = soldOutStatus;
    }

    /** Sends a rejection whose request was not read, so that its connection cannot be used again. */
    void sendWithBodyUnread(HttpServletResponse response, RejectedException.Reason reason) throws IOException {
        response.setHeader("Connection", "close");
        send(response, reason, "", null);
    }

    /**
     * Sends a rejection.
     *
     * @param ticket by which the buyer keeps the place if the request may be sent again; null for none
     */
    void send(HttpServletResponse response, RejectedException.Reason reason, String itemId, @Nullable Ticket ticket)
            throws IOException {
        if (reason == RejectedException.Reason.SOLD_OUT) {
            JsonResponses.bufferEncoded(response, soldOutStatus, soldOut(itemId));
            return;
        }
        String text = text(reason, itemId);
        int status = status(reason);
        if (status != HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            JsonResponses.buffer(response, status, Map.of("error", text));
            return;
        }
        if (ticket != null) {
            ticket.keep(response);
        }
        LineEstimate line = lock.estimate(itemId);
        int seconds = retrySeconds(line, reason);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", "%s; try again in %d s".formatted(text, seconds));
        body.put("retry_after", seconds);
        body.put("ahead", line.ahead());
        response.setIntHeader("Retry-After", seconds);
        JsonResponses.buffer(response, status, body);
    }

    private String soldOut(String itemId) {
        SoldOut last = lastSoldOut;
        if (last == null || !last.itemId.equals(itemId)) {
            Map<String, String> body = Map.of("error", text(RejectedException.Reason.SOLD_OUT, itemId));
            last = new SoldOut(itemId, JsonMapper.shared().writeValueAsString(body));
            lastSoldOut = last;
        }
        return last.json;
    }

    private String text(RejectedException.Reason reason, String itemId) {
        return switch (reason) {
            case LOCKED -> "others are purchasing this item";
            case LINE_TOO_LONG -> "too many purchases of this item are waiting to be served in time";
            case DISPLACED -> "too many purchases of this item are waiting, and buyers who came earlier are back";
            case PAUSED -> "the sale of item %s is paused".formatted(itemId);
            case ITEM_QUEUE_FULL -> "too many purchases of this item are waiting";
            case TOO_MANY_WAITERS -> "too many purchases are waiting";
            case STORE_DOWN -> "purchases cannot be coordinated at the moment";
            case CLOSED -> "the application is shutting down";
            case SOLD_OUT -> "item %s is sold out".formatted(itemId);
            case DUPLICATE -> "your purchase of item %s is waiting or in progress already".formatted(itemId);
            case REPLACED -> "a later request of yours waits for item %s instead".formatted(itemId);
            case TOO_MANY_ITEMS ->
                "you are waiting for %d items already".formatted(lock.config().maxItemsPerBuyer());
            case ANONYMOUS -> "a purchase needs a buyer: log in first";
        };
    }

    private int status(RejectedException.Reason reason) {
        return switch (reason) {
            case SOLD_OUT -> soldOutStatus;
            case DUPLICATE, REPLACED, TOO_MANY_ITEMS -> HttpServletResponse.SC_CONFLICT;
            case ANONYMOUS -> HttpServletResponse.SC_FORBIDDEN;
            case LOCKED, LINE_TOO_LONG, ITEM_QUEUE_FULL, DISPLACED, TOO_MANY_WAITERS, PAUSED, STORE_DOWN, CLOSED ->
                HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        };
    }

    /**
     * {@return {@code retryAfterSeconds} and, on average, the time that the line needs} That time is random, evenly
     * from 0 to twice the estimate, so that clients that are rejected together do not return together.
     */
    private int retrySeconds(LineEstimate line, RejectedException.Reason reason) {
        double wait = line.waitTime() == null ? 0 : line.waitTime().toMillis() / 1e3;
        if (reason == RejectedException.Reason.PAUSED) {
            wait = Math.max(wait, PAUSE_SECONDS);
        }
        double spread = ThreadLocalRandom.current().nextDouble() * 2 * wait;
        return (int) Math.min(MAX_RETRY_SECONDS, retryAfterSeconds + Math.floor(spread));
    }
}
