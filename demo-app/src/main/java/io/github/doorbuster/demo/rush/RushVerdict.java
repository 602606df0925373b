package io.github.doorbuster.demo.rush;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the results mean, in up to three sentences: for everyone else, for the end of the sale, and for the views. */
final class RushVerdict {

    private RushVerdict() {}

    /** {@return the sentences that compare the first result with the last; with one result, what it shows} */
    static String of(List<SaleResult> results) {
        if (results.isEmpty()) {
            return "";
        }
        SaleResult without = results.get(0);
        SaleResult with = results.get(results.size() - 1);
        return results.size() == 1
                ? everyoneElse(with)
                : Stream.of(everyoneElse(without, with), end(without, with), views(without, with))
                        .filter(sentence -> !sentence.isEmpty())
                        .collect(Collectors.joining(" "));
    }

    private static String everyoneElse(SaleResult result) {
        return "During the rush, a purchase of another item took %s (p99), and the list of items %s."
                .formatted(
                        millis(result.everyoneElse().purchaseP99Millis()),
                        millis(result.everyoneElse().listP99Millis()));
    }

    private static String everyoneElse(SaleResult without, SaleResult with) {
        return "During the rush, a purchase of another item took %s (p99) with %s and %s with %s."
                .formatted(
                        millis(with.everyoneElse().purchaseP99Millis()),
                        with.scenario(),
                        millis(without.everyoneElse().purchaseP99Millis()),
                        without.scenario());
    }

    private static String end(SaleResult without, SaleResult with) {
        OptionalLong knew = with.end().everybodyKnewMillis();
        OptionalLong knewWithout = without.end().everybodyKnewMillis();
        if (knew.isEmpty() || knewWithout.isEmpty()) {
            return "";
        }
        return "After the last sale, every buyer knew within %s with %s and within %s with %s."
                .formatted(
                        millis(knew.getAsLong()), with.scenario(), millis(knewWithout.getAsLong()), without.scenario());
    }

    private static String views(SaleResult without, SaleResult with) {
        if (without.viewStatements().isEmpty() || with.viewStatements().isEmpty()) {
            return "";
        }
        return "A thousand views took %s statements with %s and %s with %s."
                .formatted(perThousand(with), with.scenario(), perThousand(without), without.scenario());
    }

    private static String perThousand(SaleResult result) {
        return String.format(
                Locale.ROOT, "%,.1f", 1e3 * result.viewStatements().orElse(0) / Math.max(1, result.viewsAccepted()));
    }

    private static String millis(double millis) {
        return millis < 1_000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }
}
