package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * One sale in one shop: starts the users, waits for them, and compares what they saw with what the shop has counted.
 * One thread runs it; any thread may stop it or ask for the progress.
 */
final class Sale {

    private static final long PROGRESS_MILLIS = 1_000;
    private static final long POLL_MILLIS = 50;
    private static final long WRITE_SECONDS = 10;

    private final SalePlan plan;
    private final ShopClient shop;
    private final Map<String, ShopClient.Item> before;
    private final OptionalLong statementsBefore;
    private final Buyers buyers;
    private final Viewers viewers;
    private final OtherShoppers others;
    private final int otherShoppers;
    private final OptionalLong purchasesForNothingBefore;
    private final VirtualUsers users = new VirtualUsers();
    private final long began = System.nanoTime();

    private Sale(
            SalePlan plan, ShopClient shop, int otherShoppers, Map<String, ShopClient.Item> before, JsonNode stats) {
        this.plan = plan;
        this.otherShoppers = otherShoppers;
        this.shop = shop;
        this.before = before;
        this.statementsBefore = viewStatements(stats);
        this.buyers = new Buyers(shop, plan.hotItem());
        this.viewers = new Viewers(shop, List.copyOf(before.keySet()), plan);
        this.others = new OtherShoppers(
                shop,
                before.keySet().stream()
                        .filter(itemId -> !itemId.equals(plan.hotItem()))
                        .toList());
        this.purchasesForNothingBefore = number(stats, "/shop/sold_out");
    }

    /**
     * Reads the items of the shop, and opens a sale of one of them.
     *
     * @param otherShoppers how many shoppers buy other items meanwhile
     * @throws IllegalArgumentException if the shop does not have the hot item
     */
    static Sale open(SalePlan plan, ShopClient shop, int otherShoppers) throws IOException, InterruptedException {
        Map<String, ShopClient.Item> items = shop.items();
        if (!items.containsKey(plan.hotItem())) {
            throw new IllegalArgumentException(
                    "--item=%s: must be one of %s".formatted(plan.hotItem(), items.keySet()));
        }
        return new Sale(plan, shop, otherShoppers, items, shop.stats());
    }

    /**
     * Runs the sale until its time is over or it is stopped.
     *
     * @param otherVisitors whether the shop has other visitors meanwhile
     */
    SaleResult run(
            String name,
            boolean otherVisitors,
            Supplier<OptionalLong> longestRowLockQueue,
            Consumer<SaleProgress> eachSecond)
            throws IOException, InterruptedException {
        long until = began + TimeUnit.SECONDS.toNanos(plan.seconds());
        try {
            users.start(plan.viewers(), "viewer", until, viewers);
            users.start(otherShoppers, "other", until, others);
            users.start(plan.buyers(), "buyer", until, buyers);
            while (!users.join(PROGRESS_MILLIS)) {
                eachSecond.accept(progress());
            }
        } finally {
            users.interrupt(); // does nothing unless this thread was interrupted
        }
        double seconds = elapsedSeconds();
        JsonNode stats = statsAfterWrite();
        Map<String, ShopClient.Item> after = shop.items();
        return new SaleResult(
                name,
                seconds,
                before.get(plan.hotItem()).stock(),
                after.get(plan.hotItem()).stock(),
                buyers.sold.sum(),
                buyers.soldOut.sum(),
                buyers.rejected.sum(),
                buyers.failed.sum(),
                buyers.millis(50),
                buyers.millis(95),
                buyers.millis(99),
                viewers.accepted.sum(),
                viewers.unanswered.sum(),
                views(after) - views(before),
                otherVisitors,
                viewers.p99Millis(),
                viewStatements(stats, statementsBefore),
                longestRowLockQueue.get(),
                others.result(),
                new SaleResult.End(
                        buyers.everybodyKnewMillis(plan.buyers()),
                        purchasesForNothing(stats, purchasesForNothingBefore)));
    }

    /** Ends the sale early: each user finishes the request that it is sending. */
    void stop() {
        users.stop();
    }

    SaleProgress progress() {
        return new SaleProgress(
                elapsedSeconds(),
                buyers.sold.sum(),
                buyers.soldOut.sum(),
                buyers.rejected.sum(),
                buyers.failed.sum(),
                buyers.millis(50),
                buyers.millis(99),
                viewers.accepted.sum(),
                viewers.p99Millis());
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** {@return the statistics after the pool has written every view, so that they include its statements} */
    private JsonNode statsAfterWrite() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WRITE_SECONDS);
        JsonNode stats = shop.stats();
        while (stats.at("/pvpool/pending_views").asLong(0) > 0 && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            stats = shop.stats();
        }
        return stats;
    }

    private static OptionalLong viewStatements(JsonNode stats) {
        for (String path : List.of("/pvpool/flush/statements", "/direct_views/statements")) {
            if (stats.at(path).isNumber()) {
                return OptionalLong.of(stats.at(path).asLong());
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong viewStatements(JsonNode after, OptionalLong before) {
        OptionalLong statements = viewStatements(after);
        return statements.isPresent()
                ? OptionalLong.of(statements.getAsLong() - before.orElse(0))
                : OptionalLong.empty();
    }

    private static OptionalLong purchasesForNothing(JsonNode stats, OptionalLong before) {
        OptionalLong after = number(stats, "/shop/sold_out");
        return after.isPresent() ? OptionalLong.of(after.getAsLong() - before.orElse(0)) : after;
    }

    private static OptionalLong number(JsonNode stats, String path) {
        return stats.at(path).isNumber() ? OptionalLong.of(stats.at(path).asLong()) : OptionalLong.empty();
    }

    private static long views(Map<String, ShopClient.Item> items) {
        return items.values().stream().mapToLong(ShopClient.Item::pv).sum();
    }
}
