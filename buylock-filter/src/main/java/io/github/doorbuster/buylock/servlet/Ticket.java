package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Buyer;
import io.github.doorbuster.buylock.KeptPlace;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * The place of a request in the queue of its item, which a rejected buyer can keep.
 *
 * @param brought whether the request has brought it
 */
record Ticket(Tickets tickets, String itemId, @Nullable Buyer buyer, KeptPlace place, boolean brought) {

    /** Adds a cookie to a response, so that the buyer keeps the place. */
    void keep(HttpServletResponse response) {
        tickets.keep(response, this);
    }

    /** Removes the cookie, if there is one, because the place is used. */
    void use(HttpServletResponse response) {
        if (brought) {
            tickets.remove(response, this);
        }
    }
}
