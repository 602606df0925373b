package io.github.doorbuster.demo.rush;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the same sale in every scenario and compares the results. */
public final class Rush {

    private final SalePlan plan;
    private final int otherShoppers;
    private final PrintStream progress;

    /**
     * Creates a rush.
     *
     * @param otherShoppers how many shoppers buy other items meanwhile
     * @param progress gets a line each second
     */
    public Rush(SalePlan plan, int otherShoppers, PrintStream progress) {
        this.plan = plan;
        this.otherShoppers = otherShoppers;
        this.progress = progress;
    }

    /**
     * Runs the sales and prints the comparison.
     *
     * @param out gets the table
     * @param report a file for an HTML page with plots, or null
     * @return whether nothing was oversold and every view was counted once
     * @throws Exception if a shop does not start or does not answer
     */
    public boolean run(Scenarios scenarios, PrintStream out, @Nullable Path report) throws Exception {
        List<SaleResult> results = new ArrayList<>();
        for (Scenarios.Scenario scenario : scenarios.scenarios()) {
            try (Scenarios.TargetShop shop = scenario.factory().start(plan)) {
                results.add(Sale.open(plan, new ShopClient(shop.nodes()), otherShoppers)
                        .run(
                                scenario.name(),
                                shop.hasOtherVisitors(),
                                shop::longestRowLockQueue,
                                seen -> print(scenario.name(), seen)));
            }
        }
        RushReport comparison = new RushReport(plan, results);
        out.print(comparison.text());
        if (report != null) {
            Files.writeString(report, comparison.html(), StandardCharsets.UTF_8);
            out.println("report written to " + report.toAbsolutePath());
        }
        return results.stream().allMatch(SaleResult::isExact);
    }

    private void print(String scenario, SaleProgress seen) {
        progress.printf(
                "%s: %.0f s, %d sold, %d rejected, %d views%n",
                scenario, seen.elapsedSeconds(), seen.sold(), seen.rejected(), seen.viewsAccepted());
    }
}
