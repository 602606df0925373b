package io.github.doorbuster.demo.rush;

import java.util.List;

/** The comparison of the results, as a table for the terminal; {@link RushPage} is the page. */
final class RushReport {

    private static final int LABEL_WIDTH = 42;
    private static final int COLUMN_WIDTH = 14;

    private final SalePlan plan;
    private final List<SaleResult> results;

    RushReport(SalePlan plan, List<SaleResult> results) {
        this.plan = plan;
        this.results = results;
    }

    String text() {
        StringBuilder text = new StringBuilder(summary())
                .append("\n\n")
                .append(RushVerdict.of(results))
                .append("\n\n")
                .append(("%-" + LABEL_WIDTH + "s").formatted("(\u2193 less is better, \u2191 more is better)"));
        results.forEach(r -> text.append(right(r.scenario())));
        text.append('\n');
        for (ReportRow.Group group : ReportRow.Group.values()) {
            text.append('\n').append(group.title).append('\n');
            for (ReportRow row : rows(group)) {
                text.append(("%-" + LABEL_WIDTH + "s").formatted("  " + row.signedLabel()));
                results.forEach(r -> text.append(right(row.cell(r))));
                text.append('\n');
            }
        }
        return text.toString();
    }

    String html() {
        return new RushPage(summary(), results).html();
    }

    static List<ReportRow> rows(ReportRow.Group group) {
        return ReportRow.ALL.stream().filter(row -> row.group() == group).toList();
    }

    private String summary() {
        return "%d buyers of one item with a stock of %d, %d viewers with %d views per request, %d s"
                .formatted(
                        plan.buyers(),
                        results.isEmpty() ? plan.stock() : results.get(0).stock(),
                        plan.viewers(),
                        plan.viewsPerRequest(),
                        plan.seconds());
    }

    private static String right(String cell) {
        return ("%" + COLUMN_WIDTH + "s").formatted(cell);
    }
}
