package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuyLockConfigTest {

    @ParameterizedTest
    @CsvSource({
        "leaseSeconds, 2, at least 3",
        "leaseSeconds, 86401, at most 86400",
        "waitMillis, -1, at least 0",
        "waitMillis, 600001, at most 600000",
        "handOvers, -1, at least 0",
        "pollMillis, 0, at least 1",
        "maxWaiters, 0, at least 1",
        "maxWaitersPerItem, 0, at least 1"
    })
    void aBadNumberIsRefusedWithKeyValueAndRule(String key, int value, String rule) throws Exception {
        BuyLockConfig.Builder builder = BuyLockConfig.builder();
        BuyLockConfig.Builder.class.getMethod(key, int.class).invoke(builder, value);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("%s=%d: must be %s; ".formatted(key, value, rule));
    }

    @ParameterizedTest
    @CsvSource({"''", "'a b/'", "'é/'", "'a|'"})
    void aPrefixThatMemcachedWouldNotTakeIsRefused(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BuyLockConfig.builder().keyPrefix(prefix).build())
                .withMessageStartingWith("keyPrefix=" + prefix + ": must be");
    }
}
