package io.github.doorbuster.demo.rush;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The comparison of the results as one HTML file, for wide screens and phones. A figure is green if it is as good as
 * the best of its row, and red if it is more than twice as bad.
 */
final class RushPage {

    private final String summary;
    private final List<SaleResult> results;

    RushPage(String summary, List<SaleResult> results) {
        this.summary = summary;
        this.results = results;
    }

    String html() {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Doorbuster rush</title>
                <style>
                :root { --best: #1a7340; --worse: #6b6b6b; --bad: #b3261e; --line: #8884; }
                @media (prefers-color-scheme: dark) { :root { --best: #6fdc9a; --worse: #a8a8a8; --bad: #ff8a7d; } }
                body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1.25rem; }
                h1 { margin: 0; }
                .verdict { font-size: 1.2rem; }
                .best { color: var(--best); font-weight: 650; }
                .bad { color: var(--bad); font-weight: 650; }
                .plots { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%%), 1fr)); }
                figure { margin: 0; }
                figcaption { font-weight: 600; }
                .bar { display: grid; grid-template-columns: 6rem 1fr; gap: .5rem; align-items: center; }
                .bar span { white-space: nowrap; }
                .bar div { display: flex; gap: .4rem; align-items: center; }
                .bar i { height: 1rem; min-width: 2px; border-radius: 2px; background: var(--worse); }
                .bar .best i { background: var(--best); }
                .bar .bad i { background: var(--bad); }
                table { border-collapse: collapse; width: 100%%; margin-top: 1.5rem; font-variant-numeric: tabular-nums; }
                th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
                th[scope=row] { text-align: left; font-weight: 400; }
                th[scope=rowgroup] { padding-top: 1.2rem; text-align: left; }
                @media (max-width: 40rem) {
                  table, tbody, th { display: block; }
                  thead { display: none; }
                  tr { display: grid; grid-template-columns: repeat(2, 1fr); border-bottom: 1px solid var(--line); padding: .35rem 0; }
                  th, td { padding: 0 .2rem; border: 0; }
                  th[scope] { grid-column: 1 / -1; }
                  th[scope=row] { font-weight: 600; }
                  th[scope=rowgroup] { padding-top: 1rem; font-size: 1.15rem; }
                  td { display: flex; justify-content: space-between; gap: .3rem; padding: 0 .6rem 0 0; }
                  td::before { content: attr(data-scenario); color: var(--worse); font-weight: 400; white-space: nowrap; }
                }
                </style>
                </head>
                <body>
                <h1>Doorbuster rush</h1>
                <p>%s</p>
                <p class="verdict">%s</p>
                <p>\u2193: less is better. \u2191: more is better. <span class="best">Green</span>: as good as the best of its row.
                <span class="bad">Red</span>: more than twice as bad. No color: no great difference, or in between.</p>
                <div class="plots">
                %s</div>
                <table>
                <thead><tr><th scope="col"></th>%s</tr></thead>
                %s</table>
                </body>
                </html>
                """.formatted(
                        summary,
                        RushVerdict.of(results),
                        ReportRow.ALL.stream()
                                .filter(ReportRow::plotted)
                                .filter(row -> results.stream()
                                        .anyMatch(r -> !Double.isNaN(row.value().applyAsDouble(r))))
                                .map(this::figure)
                                .collect(Collectors.joining()),
                        results.stream()
                                .map(r -> "<th scope=\"col\">" + r.scenario() + "</th>")
                                .collect(Collectors.joining()),
                        Arrays.stream(ReportRow.Group.values()).map(this::body).collect(Collectors.joining()));
    }

    private String body(ReportRow.Group group) {
        return "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%d\">%s</th></tr>\n%s</tbody>\n"
                .formatted(
                        results.size() + 1,
                        group.title,
                        RushReport.rows(group).stream().map(this::row).collect(Collectors.joining()));
    }

    private String row(ReportRow row) {
        return "<tr><th scope=\"row\">%s</th>%s</tr>\n"
                .formatted(
                        row.signedLabel(),
                        results.stream()
                                .map(r -> "<td class=\"%s\" data-scenario=\"%s\">%s</td>"
                                        .formatted(rating(row, r), r.scenario(), row.cell(r)))
                                .collect(Collectors.joining()));
    }

    private String figure(ReportRow row) {
        double most = results.stream()
                .mapToDouble(row.value())
                .filter(n -> !Double.isNaN(n))
                .max()
                .orElse(0);
        return "<figure><figcaption>%s</figcaption>%s</figure>\n"
                .formatted(
                        row.signedLabel(),
                        results.stream().map(r -> bar(row, r, most)).collect(Collectors.joining()));
    }

    private String bar(ReportRow row, SaleResult result, double most) {
        double number = row.value().applyAsDouble(result);
        double share = most == 0 || Double.isNaN(number) ? 0 : number / most;
        return String.format(
                Locale.ROOT,
                "<div class=\"bar\"><span>%s</span><div class=\"%s\"><i style=\"width:%.1f%%\"></i>%s</div></div>",
                result.scenario(),
                rating(row, result),
                75 * share,
                row.cell(result));
    }

    private String rating(ReportRow row, SaleResult result) {
        return row.rating(result, results).name().toLowerCase(Locale.ROOT);
    }
}
