package io.github.doorbuster.demo.rush;

/**
 * How large a rush is to be.
 *
 * @param buyers how many want the hot item at once
 * @param viewers how many look at items meanwhile, each one request at a time
 * @param viewsPerRequest how many views a viewer's browser sends together
 * @param seconds how long the sale is open
 * @param stock how many of the hot item there are
 * @param hotItem its id
 */
public record SalePlan(int buyers, int viewers, int viewsPerRequest, int seconds, int stock, String hotItem) {}
