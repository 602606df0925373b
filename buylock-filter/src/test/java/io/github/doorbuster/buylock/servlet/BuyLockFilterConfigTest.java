package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuyLockFilterConfigTest {

    @ParameterizedTest
    @CsvSource({
        "maxItemIdLength, 0, between 1 and 4096",
        "maxItemIdLength, 4097, between 1 and 4096",
        "maxBodyBytes, 63, between 64 and 16777216",
        "maxBodyBytes, 16777217, between 64 and 16777216",
        "retryAfterSeconds, 0, between 1 and 3600",
        "retryAfterSeconds, 3601, between 1 and 3600"
    })
    void aNumberOutOfRangeIsRejected(String key, int value, String rule) throws Exception {
        BuyLockFilterConfig.Builder builder = BuyLockFilterConfig.builder();
        BuyLockFilterConfig.Builder.class.getMethod(key, int.class).invoke(builder, value);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("%s=%d: must be %s; ".formatted(key, value, rule));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "post", "POST,", "POST PUT"})
    void methodsMustBeInCapitals(String methods) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BuyLockFilterConfig.builder().methods(methods).build())
                .withMessageStartingWith("methods=" + methods + ": must be HTTP methods in capitals");
    }
}
