package io.github.doorbuster.buylock;

/** Whether an item can be purchased, as far as this node knows. */
public enum SaleState {
    /** Purchases are let through. */
    OPEN,
    /** The application has paused the sale: purchases are rejected, and may try again. */
    PAUSED,
    /** The item is sold out, or the application has closed it. */
    CLOSED
}
