package io.github.doorbuster.demo.rush;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RushVerdictTest {

    private static SaleResult result(String scenario, double otherMillis, OptionalLong knewMillis, long statements) {
        return new SaleResult(
                scenario,
                1,
                50,
                0,
                50,
                250,
                0,
                0,
                1,
                1,
                1,
                2_000,
                0,
                2_000,
                false,
                1,
                OptionalLong.of(statements),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                new SaleResult.EveryoneElse(1, otherMillis, 1, 2),
                new SaleResult.End(knewMillis, OptionalLong.of(1)));
    }

    @Test
    void theVerdictHasAtMostThreeSentences() {
        assertThat(RushVerdict.of(List.of(
                        result("no kit", 12_261, OptionalLong.of(2_280), 2_000),
                        result("lock + pool", 34, OptionalLong.of(41), 3))))
                .isEqualTo("During the rush, a purchase of another item took 34 ms (p99) with lock + pool"
                        + " and 12.3 s with no kit. After the last sale, every buyer knew within 41 ms with lock + pool"
                        + " and within 2.3 s with no kit. A thousand views took 1.5 statements with lock + pool"
                        + " and 1,000.0 with no kit.");
    }

    @Test
    void aSaleThatDidNotSellOutHasNoSentenceAboutItsEnd() {
        assertThat(RushVerdict.of(List.of(
                        result("no kit", 900, OptionalLong.empty(), 2_000),
                        result("lock + pool", 34, OptionalLong.of(41), 3))))
                .doesNotContain("After the last sale");
    }

    @Test
    void oneResultIsDescribedByItself() {
        assertThat(RushVerdict.of(List.of(result("as given", 34, OptionalLong.empty(), 3))))
                .isEqualTo("During the rush, a purchase of another item took 34 ms (p99), and the list of items 2 ms.");
        assertThat(RushVerdict.of(List.of())).isEmpty();
    }
}
