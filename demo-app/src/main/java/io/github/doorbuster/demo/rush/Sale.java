package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One sale in one shop: the crowd comes, the time passes, the books are checked. */
final class Sale {

    private static final long PROGRESS_MILLIS = 1_000;
    private static final long SETTLE_SECONDS = 30;

    private final SalePlan plan;
    private final PrintStream progress;

    Sale(SalePlan plan, PrintStream progress) {
        this.plan = plan;
        this.progress = progress;
    }

    SaleResult hold(Venue.Setting setting) throws Exception {
        try (Venue.OpenShop open = setting.opener().open(plan)) {
            RowLockQueue rowLocks = open.database().map(RowLockQueue::new).orElse(null);
            try (rowLocks) {
                return hold(setting.name(), new ShopClient(open.uri()), rowLocks);
            }
        }
    }

    private SaleResult hold(String name, ShopClient shop, @Nullable RowLockQueue rowLocks) throws Exception {
        Map<String, ShopClient.Item> before = shop.items();
        if (!before.containsKey(plan.hotItem())) {
            throw new IllegalArgumentException(
                    "--item=%s: must be one of %s".formatted(plan.hotItem(), before.keySet()));
        }
        Buyers buyers = new Buyers(shop, plan.hotItem());
        Viewers viewers = new Viewers(shop, List.copyOf(before.keySet()), plan.hotItem(), plan.viewsPerRequest());
        Crowd crowd = new Crowd();
        long began = System.nanoTime();
        long until = began + TimeUnit.SECONDS.toNanos(plan.seconds());
        crowd.send(plan.viewers(), "viewer", until, viewers);
        crowd.send(plan.buyers(), "buyer", until, buyers);
        while (!crowd.hasGoneWithin(PROGRESS_MILLIS)) {
            progress.printf(
                    "%s: %d s, %d sold, %d refused, %d views%n",
                    name,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
                    buyers.sold.sum(),
                    buyers.refused.sum(),
                    viewers.accepted.sum());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        JsonNode stats = settledStats(shop);
        Map<String, ShopClient.Item> after = shop.items();
        return new SaleResult(
                name,
                seconds,
                before.get(plan.hotItem()).stock(),
                after.get(plan.hotItem()).stock(),
                buyers.sold.sum(),
                buyers.soldOut.sum(),
                buyers.refused.sum(),
                buyers.failed.sum(),
                millis(buyers, 50),
                millis(buyers, 95),
                millis(buyers, 99),
                viewers.accepted.sum(),
                viewers.unanswered.sum(),
                views(after) - views(before),
                viewers.micros.getValueAtPercentile(99) / 1e3,
                viewStatements(stats),
                rowLocks == null ? OptionalLong.empty() : rowLocks.longest());
    }

    /** The statistics once every view is in the database, so that statements and views belong together. */
    private static JsonNode settledStats(ShopClient shop) throws IOException, InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        JsonNode stats = shop.stats();
        while (stats.at("/pvpool/pending_views").asLong(0) > 0 && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(100);
            stats = shop.stats();
        }
        return stats;
    }

    private static OptionalLong viewStatements(JsonNode stats) {
        for (String told : List.of("/pvpool/flush/statements", "/direct_views/statements")) {
            if (stats.at(told).isNumber()) {
                return OptionalLong.of(stats.at(told).asLong());
            }
        }
        return OptionalLong.empty();
    }

    private static long views(Map<String, ShopClient.Item> items) {
        return items.values().stream().mapToLong(ShopClient.Item::pv).sum();
    }

    private static double millis(Buyers buyers, double percentile) {
        return buyers.micros.getValueAtPercentile(percentile) / 1e3;
    }
}
