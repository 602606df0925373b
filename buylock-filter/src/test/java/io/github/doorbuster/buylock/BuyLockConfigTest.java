package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuyLockConfigTest {

    @ParameterizedTest
    @CsvSource({
        "leaseSeconds, 2, between 3 and 86400",
        "leaseSeconds, 86401, between 3 and 86400",
        "waitMillis, -1, between 0 and 600000",
        "waitMillis, 600001, between 0 and 600000",
        "handOvers, -1, between 0 and 10000",
        "pollMillis, 0, between 1 and 10000",
        "maxWaiters, 0, between 1 and 1000000",
        "maxWaitersPerItem, 0, between 1 and 1000000"
    })
    void aNumberOutOfRangeIsRejected(String key, int value, String rule) throws Exception {
        BuyLockConfig.Builder builder = BuyLockConfig.builder();
        BuyLockConfig.Builder.class.getMethod(key, int.class).invoke(builder, value);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("%s=%d: must be %s; ".formatted(key, value, rule));
    }

    @ParameterizedTest
    @CsvSource({"''", "'a b/'", "'é/'", "'a|'"})
    void aPrefixThatMemcachedForbidsIsRejected(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BuyLockConfig.builder().keyPrefix(prefix).build())
                .withMessageStartingWith("keyPrefix=" + prefix + ": must be");
    }
}
