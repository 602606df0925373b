package io.github.doorbuster.demo.shop;

/**
 * An item on sale.
 *
 * @param id as in {@code item_id}
 * @param name what it is called
 * @param price in yen
 * @param stock how many are left
 * @param pv how often it was viewed
 */
record Item(String id, String name, int price, int stock, long pv) {

    /** From this stock down the page says that there are only a few left; {@code shelf.js} has the same number. */
    static final int FEW = 10;
}
