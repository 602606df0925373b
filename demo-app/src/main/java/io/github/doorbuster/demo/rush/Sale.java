package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    private final ShopClient.Stats statsBefore;
    private final Buyers buyers;
    private final Viewers viewers;
    private final OtherShoppers others;
    private final int otherShoppers;
    private final VirtualUsers users = new VirtualUsers();
    private final long began = System.nanoTime();

    private Sale(
            SalePlan plan,
            ShopClient shop,
            int otherShoppers,
            Map<String, ShopClient.Item> before,
            ShopClient.Stats stats) {
        this.plan = plan;
        this.otherShoppers = otherShoppers;
        this.shop = shop;
        this.before = before;
        this.statsBefore = stats;
        this.buyers = new Buyers(shop, plan.hotItem());
        this.viewers = new Viewers(shop, List.copyOf(before.keySet()), plan);
        this.others = new OtherShoppers(
                shop,
                before.keySet().stream()
                        .filter(itemId -> !itemId.equals(plan.hotItem()))
                        .toList());
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
        ShopClient.Stats stats = statsAfterWrite();
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
                viewStatements(stats),
                during(stats, "/buylock/store/operations"),
                during(stats, "/buylock/granted"),
                longestRowLockQueue.get(),
                others.result(),
                new SaleResult.End(buyers.everybodyKnewMillis(plan.buyers()), during(stats, "/shop/sold_out")));
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
    private ShopClient.Stats statsAfterWrite() throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WRITE_SECONDS);
        ShopClient.Stats stats = shop.stats();
        while (stats.sum("/pvpool/pending_views").orElse(0) > 0 && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            stats = shop.stats();
        }
        return stats;
    }

    private OptionalLong viewStatements(ShopClient.Stats stats) {
        OptionalLong ofPool = during(stats, "/pvpool/flush/statements");
        return ofPool.isPresent() ? ofPool : during(stats, "/direct_views/statements");
    }

    /** {@return by how much a number has grown during the sale, over all nodes; empty if the shop does not tell} */
    private OptionalLong during(ShopClient.Stats stats, String path) {
        OptionalLong after = stats.sum(path);
        return after.isPresent()
                ? OptionalLong.of(after.getAsLong() - statsBefore.sum(path).orElse(0))
                : after;
    }

    private static long views(Map<String, ShopClient.Item> items) {
        return items.values().stream().mapToLong(ShopClient.Item::pv).sum();
    }
}
