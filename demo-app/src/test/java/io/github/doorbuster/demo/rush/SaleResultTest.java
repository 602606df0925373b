package io.github.doorbuster.demo.rush;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SaleResultTest {

    @Test
    void isExactIfAllCountsAgree() {
        assertThat(sale(50, 0, 50, 1_000, 0, 1_000).isExact()).isTrue();
    }

    @Test
    void soldAboveStockIsOversold() {
        SaleResult sale = sale(50, 0, 51, 0, 0, 0);

        assertThat(sale.oversold()).isEqualTo(1);
        assertThat(sale.isExact()).isFalse();
    }

    @Test
    void negativeStockIsOversold() {
        SaleResult sale = sale(50, -2, 50, 0, 0, 0);

        assertThat(sale.oversold()).isEqualTo(2);
        assertThat(sale.isExact()).isFalse();
    }

    @Test
    void acceptedButNotCountedIsLost() {
        SaleResult sale = sale(50, 0, 50, 1_000, 0, 999);

        assertThat(sale.viewsLost()).isEqualTo(1);
        assertThat(sale.isExact()).isFalse();
    }

    @Test
    void unansweredViewsMayBeCountedOnce() {
        assertThat(sale(50, 0, 50, 1_000, 10, 1_000).isExact()).isTrue();
        assertThat(sale(50, 0, 50, 1_000, 10, 1_010).isExact()).isTrue();
        assertThat(sale(50, 0, 50, 1_000, 10, 1_011).viewsCountedTwice()).hasValue(1);
        assertThat(sale(50, 0, 50, 1_000, 10, 1_011).isExact()).isFalse();
    }

    @Test
    void viewsOfOtherVisitorsAreNotCountedTwice() {
        SaleResult shared = sale(50, 0, 50, 1_000, 0, 1_500, true);
        assertThat(shared.viewsCountedTwice()).isEmpty();
        assertThat(shared.isExact()).isTrue();
        assertThat(sale(50, 0, 50, 1_000, 0, 999, true).viewsLost()).isEqualTo(1);
    }

    private static SaleResult sale(long stock, long left, long sold, long accepted, long unanswered, long counted) {
        return sale(stock, left, sold, accepted, unanswered, counted, false);
    }

    private static SaleResult sale(
            long stock, long left, long sold, long accepted, long unanswered, long counted, boolean otherVisitors) {
        return new SaleResult(
                "any",
                1,
                stock,
                left,
                sold,
                0,
                0,
                0,
                1,
                1,
                1,
                accepted,
                unanswered,
                counted,
                otherVisitors,
                1,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                SaleResult.EveryoneElse.NONE,
                SaleResult.End.NONE);
    }
}
