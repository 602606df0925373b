package io.github.doorbuster.demo.shop;

/**
 * An item on sale.
 *
 * @param price in yen
 * @param stock how many are left
 * @param pv page views
 */
record Item(String id, String name, int price, int stock, long pv) {

    /** The page says "Only N left" from this stock down; {@code catalog.js} has the same number. */
    static final int FEW = 10;
}
