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
record Item(String id, String name, int price, int stock, long pv) {}
