package io.github.doorbuster.demo.rush;

/**
 * The size of a sale.
 *
 * @param buyers how many users buy the hot item
 * @param viewers how many users view items, each one request at a time
 * @param viewPauseMillis the pause of a viewer between two requests
 * @param stock of the hot item
 */
public record SalePlan(
        int buyers, int viewers, int viewsPerRequest, int viewPauseMillis, int seconds, int stock, String hotItem) {}
