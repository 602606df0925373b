package io.github.doorbuster.buylock.servlet;

/** What happens to a purchase without a buyer, if {@code buyer} is set. */
public enum AnonymousBuyers {
    /** The purchase is accepted. Such a buyer may have several places. */
    ACCEPT,
    /** The purchase gets 403. */
    REJECT
}
