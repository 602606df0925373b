package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Rejection;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers 503 with {@code Retry-After} and the reason. */
record RejectionAnswer(int retryAfterSeconds) {

    void send(HttpServletResponse response, Rejection reason) throws IOException {
        String why = switch (reason) {
            case LOCKED -> "others are purchasing this item";
            case ITEM_QUEUE_FULL -> "too many others wait to purchase this item";
            case TOO_MANY_WAITERS -> "too many others wait to purchase";
            case STORE_DOWN -> "purchases cannot be coordinated at the moment";
            case CLOSED -> "the application is being stopped";
        };
        response.setIntHeader("Retry-After", retryAfterSeconds);
        JsonResponses.sendError(
                response,
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                "%s; try again in %d s".formatted(why, retryAfterSeconds));
    }
}
