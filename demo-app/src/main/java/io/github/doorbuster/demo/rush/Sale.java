package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One sale in one shop: starts the users, waits for them, and compares what they saw with what the shop has counted.
 */
final class Sale {

    private static final long PROGRESS_MILLIS = 1_000;
    private static final long POLL_MILLIS = 50;
    private static final long WRITE_SECONDS = 30;

    private final SalePlan plan;
    private final PrintStream progress;

    Sale(SalePlan plan, PrintStream progress) {
        this.plan = plan;
        this.progress = progress;
    }

    SaleResult run(Scenarios.Scenario scenario) throws Exception {
        try (Scenarios.TargetShop target = scenario.factory().start(plan)) {
            RowLockQueue rowLocks = target.database().map(RowLockQueue::new).orElse(null);
            try (rowLocks) {
                return run(scenario.name(), new ShopClient(target.uri()), rowLocks);
            }
        }
    }

    private SaleResult run(String name, ShopClient shop, @Nullable RowLockQueue rowLocks) throws Exception {
        Map<String, ShopClient.Item> before = shop.items();
        if (!before.containsKey(plan.hotItem())) {
            throw new IllegalArgumentException(
                    "--item=%s: must be one of %s".formatted(plan.hotItem(), before.keySet()));
        }
        Buyers buyers = new Buyers(shop, plan.hotItem());
        Viewers viewers = new Viewers(shop, List.copyOf(before.keySet()), plan.hotItem(), plan.viewsPerRequest());
        VirtualUsers users = new VirtualUsers();
        long began = System.nanoTime();
        long until = began + TimeUnit.SECONDS.toNanos(plan.seconds());
        users.start(plan.viewers(), "viewer", until, viewers);
        users.start(plan.buyers(), "buyer", until, buyers);
        while (!users.join(PROGRESS_MILLIS)) {
            progress.printf(
                    "%s: %d s, %d sold, %d rejected, %d views%n",
                    name,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
                    buyers.sold.sum(),
                    buyers.rejected.sum(),
                    viewers.accepted.sum());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        JsonNode stats = statsAfterWrite(shop);
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

    /** {@return the statistics after the pool has written every view, so that they include its statements} */
    private static JsonNode statsAfterWrite(ShopClient shop) throws IOException, InterruptedException {
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

    private static long views(Map<String, ShopClient.Item> items) {
        return items.values().stream().mapToLong(ShopClient.Item::pv).sum();
    }

    private static double millis(Buyers buyers, double percentile) {
        return buyers.micros.getValueAtPercentile(percentile) / 1e3;
    }
}
