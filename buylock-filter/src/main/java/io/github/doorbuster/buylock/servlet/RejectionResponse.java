package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.RejectedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Sends the response to a purchase that is not let through: 503 with {@code Retry-After} and the reason, or the status
 * that means sold out.
 */
record RejectionResponse(int retryAfterSeconds, int soldOutStatus) {

    /** Sends a rejection whose request was not read, so that its connection cannot be used again. */
    void sendWithBodyUnread(HttpServletResponse response, RejectedException.Reason reason) throws IOException {
        response.setHeader("Connection", "close");
        send(response, reason, "");
    }

    void send(HttpServletResponse response, RejectedException.Reason reason, String itemId) throws IOException {
        String text = switch (reason) {
            case LOCKED -> "others are purchasing this item";
            case ITEM_QUEUE_FULL -> "too many purchases of this item are waiting";
            case TOO_MANY_WAITERS -> "too many purchases are waiting";
            case STORE_DOWN -> "purchases cannot be coordinated at the moment";
            case CLOSED -> "the application is shutting down";
            case SOLD_OUT -> "item %s is sold out".formatted(itemId);
        };
        if (reason == RejectedException.Reason.SOLD_OUT) {
            JsonResponses.sendError(response, soldOutStatus, text);
            return;
        }
        response.setIntHeader("Retry-After", retryAfterSeconds);
        JsonResponses.sendError(
                response,
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                "%s; try again in %d s".formatted(text, retryAfterSeconds));
    }
}
