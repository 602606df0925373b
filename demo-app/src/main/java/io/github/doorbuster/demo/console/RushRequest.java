package io.github.doorbuster.demo.console;

import io.github.doorbuster.demo.rush.SalePlan;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /console/rush}. A missing field has its default, see {@link RushLimit}.
 *
 * @param item id of the hot item
 */
record RushRequest(
        @Nullable Integer buyers,
        @Nullable Integer viewers,
        @Nullable Integer seconds,
        @Nullable Integer stock,
        @Nullable String item) {

    static final String DEFAULT_ITEM = "1";

    private static final int VIEWS_PER_REQUEST = 10;
    /** With this pause, 16 viewers leave a processor for the purchases. */
    private static final int VIEW_PAUSE_MILLIS = 50;

    /**
     * {@return the sale}
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    SalePlan plan() {
        return new SalePlan(
                RushLimit.BUYERS.of(buyers),
                RushLimit.VIEWERS.of(viewers),
                VIEWS_PER_REQUEST,
                VIEW_PAUSE_MILLIS,
                RushLimit.SECONDS.of(seconds),
                RushLimit.STOCK.of(stock),
                item == null ? DEFAULT_ITEM : item);
    }
}
