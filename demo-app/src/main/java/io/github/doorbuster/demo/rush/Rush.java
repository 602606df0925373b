package io.github.doorbuster.demo.rush;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the same sale in every shop of a venue and puts what came of it side by side. */
public final class Rush {

    private final SalePlan plan;
    private final PrintStream progress;

    /**
     * A rush.
     *
     * @param plan how large
     * @param progress where to say how far it is
     */
    public Rush(SalePlan plan, PrintStream progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Holds the sales and prints the comparison.
     *
     * @param venue where
     * @param out where the table goes
     * @param report a file for the same as a page with plots, or null
     * @return whether nothing was oversold and every view counted once
     * @throws Exception if a shop cannot be opened or does not answer
     */
    public boolean run(Venue venue, PrintStream out, @Nullable Path report) throws Exception {
        List<SaleResult> results = new ArrayList<>();
        for (Venue.Setting setting : venue.settings()) {
            results.add(new Sale(plan, progress).hold(setting));
        }
        RushReport table = new RushReport(plan, results);
        out.print(table.text());
        if (report != null) {
            Files.writeString(report, table.html(), StandardCharsets.UTF_8);
            out.println("report written to " + report.toAbsolutePath());
        }
        return results.stream().allMatch(SaleResult::isExact);
    }
}
