package io.github.doorbuster.demo.shop;

import org.jspecify.annotations.Nullable;

/**
 * An item on sale.
 *
 * @param price in yen
 * @param stock how many are left
 * @param opening how many there were when the sale of the item opened
 * @param pv page views
 * @param today page views of this day, in UTC; null if they are not counted
 * @param hot whether it is one of the items with the most views of the last five minutes
 */
record Item(
        String id,
        String name,
        int price,
        int stock,
        int opening,
        long pv,
        @Nullable Long today,
        boolean hot) {

    private static final int FULL = 100;

    /** The page says "Only N left" from this stock down; {@code catalog.js} has the same number. */
    static final int FEW = 10;

    /** {@return how much of the stock is left, in percent; {@code catalog.js} has the same rule} */
    int percentLeft() {
        return stock <= 0 ? 0 : (int) (FULL * (long) stock / Math.max(stock, opening));
    }
}
