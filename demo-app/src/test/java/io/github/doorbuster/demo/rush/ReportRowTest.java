package io.github.doorbuster.demo.rush;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a figure of the report compares with the others of its row. */
class ReportRowTest {

    private static SaleResult result(double otherMillis, long sold, long oversold) {
        return new SaleResult(
                "any",
                1,
                100,
                -oversold,
                sold,
                0,
                0,
                0,
                1,
                1,
                1,
                0,
                0,
                0,
                true,
                1,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                new SaleResult.EveryoneElse(1, otherMillis, 1, 1),
                SaleResult.End.NONE);
    }

    private static ReportRow row(String label) {
        return ReportRow.ALL.stream()
                .filter(row -> row.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"34, 34, NONE", "34, 35, NONE", "34, 60, WORSE", "34, 69, BAD", "1, 2.9, NONE"})
    void lessIsBetterForATime(double best, double other, ReportRow.Rating rating) {
        SaleResult first = result(best, 1, 0);
        SaleResult second = result(other, 1, 0);
        assertThat(row("another item's purchase p99, ms").rating(second, List.of(first, second)))
                .isEqualTo(rating);
        assertThat(row("another item's purchase p99, ms").rating(first, List.of(first, second)))
                .isEqualTo(rating == ReportRow.Rating.NONE ? rating : ReportRow.Rating.BEST);
    }

    @Test
    void moreIsBetterForSales() {
        List<SaleResult> results = List.of(result(1, 300, 0), result(1, 100, 0));
        assertThat(row("purchases sold").rating(results.get(0), results)).isEqualTo(ReportRow.Rating.BEST);
        assertThat(row("purchases sold").rating(results.get(1), results)).isEqualTo(ReportRow.Rating.BAD);
        assertThat(row("purchases sold").signedLabel()).isEqualTo("purchases sold \u2191");
    }

    @Test
    void anythingButZeroIsBadWhereZeroIsMeant() {
        List<SaleResult> results = List.of(result(1, 1, 0), result(1, 1, 1));
        assertThat(row("oversold").rating(results.get(0), results)).isEqualTo(ReportRow.Rating.NONE);
        assertThat(row("oversold").rating(results.get(1), results)).isEqualTo(ReportRow.Rating.BAD);
    }

    @Test
    void whatIsNotKnownHasNoRating() {
        List<SaleResult> results = List.of(result(1, 0, 0), result(1, 1, 0));
        assertThat(row("views counted twice").cell(results.get(0))).isEqualTo("\u2013");
        assertThat(row("views counted twice").rating(results.get(0), results)).isEqualTo(ReportRow.Rating.NONE);
        assertThat(row("rejected (503) per sale").cell(results.get(0))).isEqualTo("\u2013");
        assertThat(row("sold per second").rating(results.get(0), results.subList(0, 1)))
                .isEqualTo(ReportRow.Rating.NONE);
    }
}
