package io.github.doorbuster.buylock.servlet;

/** What happens to a purchase without a buyer, if {@code buyer} is set. */
public enum AnonymousBuyers {
    /** It may have several places. */
    ACCEPT,
    /** It gets 403. */
    REJECT
}
