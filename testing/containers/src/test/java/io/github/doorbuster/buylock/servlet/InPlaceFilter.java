package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.BuyLock;

/** Filters that take the container's threads for virtual ones, so that waiting in place is tested on every Java. */
public final class InPlaceFilter {

    private InPlaceFilter() {}

    public static BuyLockFilter of(BuyLock lock) {
        return new BuyLockFilter(lock, BuyLockFilterConfig.builder().build(), thread -> true);
    }
}
