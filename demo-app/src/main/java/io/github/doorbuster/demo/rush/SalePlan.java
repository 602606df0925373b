package io.github.doorbuster.demo.rush;

/**
 * The size of a sale.
 *
 * @param buyers how many users buy the hot item
 * @param viewers how many users view items, each one request at a time
 * @param stock of the hot item
 */
public record SalePlan(int buyers, int viewers, int viewsPerRequest, int seconds, int stock, String hotItem) {}
