package io.github.doorbuster.demo.rush;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The comparison of the results, as a table for the terminal and as an HTML page with plots. */
final class RushReport {

    private static final int LABEL_WIDTH = 34;
    private static final int COLUMN_WIDTH = 16;

    private record Row(String label, Function<SaleResult, String> cell) {}

    private record Plot(String title, ToDoubleFunction<SaleResult> value, Function<SaleResult, String> cell) {}

    private static final List<Row> ROWS = List.of(
            new Row("others' purchases p50, ms ↓", r -> decimal(r.everyoneElse().purchaseP50Millis())),
            new Row("others' purchases p99, ms ↓", r -> decimal(r.everyoneElse().purchaseP99Millis())),
            new Row("list of items p50, ms ↓", r -> decimal(r.everyoneElse().listP50Millis())),
            new Row("list of items p99, ms ↓", r -> decimal(r.everyoneElse().listP99Millis())),
            new Row("last sale to all told, ms ↓", r -> count(r.end().everybodyKnewMillis())),
            new Row("purchases for nothing ↓", r -> count(r.end().purchasesForNothing())),
            new Row("purchases sold", r -> count(r.sold())),
            new Row("purchases rejected (503)", r -> count(r.rejected())),
            new Row("purchases failed otherwise", r -> count(r.failed())),
            new Row("sold per second", r -> decimal(r.sold() / r.seconds())),
            new Row("purchase p50, ms", r -> decimal(r.purchaseP50Millis())),
            new Row("purchase p95, ms", r -> decimal(r.purchaseP95Millis())),
            new Row("purchase p99, ms", r -> decimal(r.purchaseP99Millis())),
            new Row("longest row-lock queue", r -> count(r.longestRowLockQueue())),
            new Row("views accepted", r -> count(r.viewsAccepted())),
            new Row("views p99, ms", r -> decimal(r.viewP99Millis())),
            new Row("statements for the views", r -> count(r.viewStatements())),
            new Row("oversold", r -> count(r.oversold())),
            new Row("views lost", r -> count(r.viewsLost())),
            new Row("views counted twice", r -> count(r.viewsCountedTwice())));

    private static final List<Plot> PLOTS = List.of(
            new Plot(
                    "Other items: purchase p99, ms (less is better)",
                    r -> r.everyoneElse().purchaseP99Millis(),
                    r -> decimal(r.everyoneElse().purchaseP99Millis())),
            new Plot(
                    "List of items: p99, ms (less is better)",
                    r -> r.everyoneElse().listP99Millis(),
                    r -> decimal(r.everyoneElse().listP99Millis())),
            new Plot(
                    "Longest row-lock queue in the database",
                    r -> r.longestRowLockQueue().orElse(0),
                    r -> count(r.longestRowLockQueue())),
            new Plot("Statements for the views", r -> r.viewStatements().orElse(0), r -> count(r.viewStatements())),
            new Plot("Views accepted", SaleResult::viewsAccepted, r -> count(r.viewsAccepted())),
            new Plot("Purchases sold", SaleResult::sold, r -> count(r.sold())),
            new Plot("Purchase p95, ms", SaleResult::purchaseP95Millis, r -> decimal(r.purchaseP95Millis())),
            new Plot("Views p99, ms", SaleResult::viewP99Millis, r -> decimal(r.viewP99Millis())));

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
                .append("\n\n");
        text.append(" ".repeat(LABEL_WIDTH));
        results.forEach(r -> text.append(right(r.scenario())));
        text.append('\n');
        for (Row row : ROWS) {
            text.append(String.format("%-" + LABEL_WIDTH + "s", row.label()));
            results.forEach(r -> text.append(right(row.cell().apply(r))));
            text.append('\n');
        }
        return text.toString();
    }

    String html() {
        String head = results.stream()
                .map(r -> "<th scope=\"col\">" + r.scenario() + "</th>")
                .collect(Collectors.joining());
        String rows = ROWS.stream()
                .map(row -> "<tr><th scope=\"row\">" + row.label() + "</th>"
                        + results.stream()
                                .map(r -> "<td>" + row.cell().apply(r) + "</td>")
                                .collect(Collectors.joining())
                        + "</tr>\n")
                .collect(Collectors.joining());
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Doorbuster rush</title>
                <style>
                body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1.5rem; }
                .plots { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); }
                .verdict { font-size: 1.25rem; }
                figure { margin: 0; }
                figcaption { font-weight: 600; }
                svg { width: 100%%; height: auto; }
                svg text { fill: currentColor; font-size: 12px; }
                svg rect { fill: #b3261e; }
                .table { overflow-x: auto; margin-top: 2rem; }
                table { border-collapse: collapse; width: 100%%; }
                th, td { padding: .3rem .6rem; border-bottom: 1px solid #8886; text-align: right; }
                th[scope=row] { text-align: left; font-weight: 400; }
                td { font-variant-numeric: tabular-nums; }
                @media (prefers-color-scheme: dark) { svg rect { fill: #ff8a7d; } }
                </style>
                </head>
                <body>
                <h1>Doorbuster rush</h1>
                <p>%s</p>
                <p class="verdict">%s</p>
                <div class="plots">
                %s</div>
                <div class="table" tabindex="0" role="region" aria-label="All figures">
                <table>
                <thead><tr><th scope="col"></th>%s</tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </div>
                </body>
                </html>
                """.formatted(
                        summary(),
                        RushVerdict.of(results),
                        PLOTS.stream().map(this::figure).collect(Collectors.joining()),
                        head,
                        rows);
    }

    private String figure(Plot plot) {
        double most = results.stream().mapToDouble(plot.value()).max().orElse(0);
        StringBuilder bars = new StringBuilder();
        int y = 0;
        for (SaleResult result : results) {
            double share = most == 0 ? 0 : plot.value().applyAsDouble(result) / most;
            bars.append(String.format(
                    Locale.ROOT,
                    "<text x=\"0\" y=\"%d\">%s</text><rect x=\"90\" y=\"%d\" width=\"%.1f\" height=\"16\" rx=\"2\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
                    y + 13,
                    result.scenario(),
                    y,
                    Math.max(1, share * 160),
                    96 + share * 160,
                    y + 13,
                    plot.cell().apply(result)));
            y += 24;
        }
        return "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 320 %d\" role=\"img\" aria-label=\"%s\">%s</svg></figure>\n"
                .formatted(plot.title(), y, plot.title(), bars);
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
        return String.format("%" + COLUMN_WIDTH + "s", cell);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String count(OptionalLong number) {
        return number.isPresent() ? count(number.getAsLong()) : "–";
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%,.1f", number);
    }
}
