package io.github.doorbuster.demo.rush;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A figure of the report in each scenario.
 *
 * @param group what the figure is about
 * @param better which direction is good
 * @param value the figure, NaN if it is not known
 * @param format how it is printed
 * @param plotted whether the page has a plot of it
 */
record ReportRow(
        Group group,
        String label,
        Better better,
        ToDoubleFunction<SaleResult> value,
        Function<Double, String> format,
        boolean plotted) {

    /** What a figure is about. */
    enum Group {
        EVERYONE_ELSE("Everyone else"),
        END("The end of the sale"),
        PURCHASES("Purchases of the hot item"),
        VIEWS("Page views"),
        EXACTNESS("Exactness");

        final String title;

        Group(String title) {
            this.title = title;
        }
    }

    /** Which direction is good. */
    enum Better {
        LESS("\u2193"),
        MORE("\u2191"),
        /** Bad unless it is zero. */
        ZERO("\u2193");

        final String sign;

        Better(String sign) {
            this.sign = sign;
        }
    }

    /** How a figure compares with the best of its row. */
    enum Rating {
        /** The best, or within a tenth of it. */
        BEST,
        WORSE,
        /** More than twice as bad as the best. */
        BAD,
        /** Not known, the only one, or all are as good. */
        NONE
    }

    private static final double AS_GOOD = 1.1;
    private static final double BAD = 2;
    /** Differences below this are noise, whatever the unit: milliseconds, or one of something. */
    private static final double NOISE = 2;

    static final List<ReportRow> ALL = List.of(
            millis(
                    Group.EVERYONE_ELSE,
                    "another item's purchase p50, ms",
                    r -> r.everyoneElse().purchaseP50Millis(),
                    false),
            millis(
                    Group.EVERYONE_ELSE,
                    "another item's purchase p99, ms",
                    r -> r.everyoneElse().purchaseP99Millis(),
                    true),
            millis(
                    Group.EVERYONE_ELSE,
                    "list of items p50, ms",
                    r -> r.everyoneElse().listP50Millis(),
                    false),
            millis(
                    Group.EVERYONE_ELSE,
                    "list of items p99, ms",
                    r -> r.everyoneElse().listP99Millis(),
                    true),
            count(
                    Group.END,
                    "last sale until all know, ms",
                    Better.LESS,
                    r -> orNaN(r.end().everybodyKnewMillis()),
                    true),
            count(
                    Group.END,
                    "purchases after sold out",
                    Better.LESS,
                    r -> orNaN(r.end().purchasesForNothing()),
                    false),
            count(Group.PURCHASES, "purchases sold", Better.MORE, SaleResult::sold, false),
            decimal(Group.PURCHASES, "sold per second", Better.MORE, r -> r.sold() / r.seconds(), true),
            decimal(
                    Group.PURCHASES,
                    "rejected (503) per sale",
                    Better.LESS,
                    r -> per(r.rejected(), r.sold(), 1),
                    false),
            count(Group.PURCHASES, "purchases failed otherwise", Better.ZERO, SaleResult::failed, false),
            millis(Group.PURCHASES, "purchase p50, ms", SaleResult::purchaseP50Millis, false),
            millis(Group.PURCHASES, "purchase p95, ms", SaleResult::purchaseP95Millis, false),
            millis(Group.PURCHASES, "purchase p99, ms", SaleResult::purchaseP99Millis, true),
            decimal(
                    Group.PURCHASES,
                    "lock operations per grant",
                    Better.LESS,
                    r -> per(orNaN(r.storeOperations()), r.grants().orElse(0), 1),
                    false),
            count(Group.PURCHASES, "longest row-lock queue", Better.LESS, r -> orNaN(r.longestRowLockQueue()), true),
            count(Group.VIEWS, "views accepted", Better.MORE, SaleResult::viewsAccepted, false),
            decimal(Group.VIEWS, "views per second", Better.MORE, r -> r.viewsAccepted() / r.seconds(), true),
            millis(Group.VIEWS, "views p99, ms", SaleResult::viewP99Millis, false),
            count(Group.VIEWS, "statements for the views", Better.LESS, r -> orNaN(r.viewStatements()), false),
            decimal(
                    Group.VIEWS,
                    "statements per 1,000 views",
                    Better.LESS,
                    r -> per(orNaN(r.viewStatements()), r.viewsAccepted(), 1_000),
                    true),
            count(Group.EXACTNESS, "oversold", Better.ZERO, SaleResult::oversold, false),
            count(Group.EXACTNESS, "views lost", Better.ZERO, SaleResult::viewsLost, false),
            count(Group.EXACTNESS, "views counted twice", Better.ZERO, r -> orNaN(r.viewsCountedTwice()), false));

    private static ReportRow millis(Group group, String label, ToDoubleFunction<SaleResult> value, boolean plotted) {
        return decimal(group, label, Better.LESS, value, plotted);
    }

    private static ReportRow decimal(
            Group group, String label, Better better, ToDoubleFunction<SaleResult> value, boolean plotted) {
        return new ReportRow(group, label, better, value, n -> String.format(Locale.ROOT, "%,.1f", n), plotted);
    }

    private static ReportRow count(
            Group group, String label, Better better, ToDoubleFunction<SaleResult> value, boolean plotted) {
        return new ReportRow(group, label, better, value, n -> String.format(Locale.ROOT, "%,.0f", n), plotted);
    }

    private static double orNaN(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : Double.NaN;
    }

    private static double per(double number, long others, int many) {
        return others == 0 ? Double.NaN : many * number / others;
    }

    /** {@return the label with the direction that is good} */
    String signedLabel() {
        return label + ' ' + better.sign;
    }

    String cell(SaleResult result) {
        double number = value.applyAsDouble(result);
        return Double.isNaN(number) ? "\u2013" : format.apply(number);
    }

    /** {@return how a result compares with the others; {@code NONE} if none of them differs much from the best} */
    Rating rating(SaleResult result, List<SaleResult> all) {
        double number = value.applyAsDouble(result);
        if (better == Better.ZERO) {
            return number > 0 ? Rating.BAD : Rating.NONE;
        }
        double[] known = all.stream()
                .mapToDouble(value)
                .filter(n -> !Double.isNaN(n))
                .sorted()
                .toArray();
        if (Double.isNaN(number) || known.length < 2) {
            return Rating.NONE;
        }
        double least = known[0];
        double most = known[known.length - 1];
        if (isAsGood(least, most)) {
            return Rating.NONE;
        }
        double best = better == Better.LESS ? least : most;
        if (isAsGood(Math.min(best, number), Math.max(best, number))) {
            return Rating.BEST;
        }
        return Math.max(best, number) > BAD * Math.min(best, number) ? Rating.BAD : Rating.WORSE;
    }

    private static boolean isAsGood(double low, double high) {
        return high <= low * AS_GOOD || high - low < NOISE;
    }
}
