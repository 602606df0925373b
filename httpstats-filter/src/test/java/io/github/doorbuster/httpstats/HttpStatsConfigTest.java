package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HttpStatsConfigTest {

    @Test
    void theDefaultsAreAWindowOfAMinuteAndEveryRequestTimed() {
        assertThat(HttpStatsConfig.builder().build())
                .isEqualTo(new HttpStatsConfig("default", 1, 60, null, 100, false, ""));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(b -> b.samplingFactor(0), "samplingFactor=0: must be between 1 and 1000000"),
                mistake(b -> b.windowSeconds(0), "windowSeconds=0: must be between 1 and 3600"),
                mistake(b -> b.bufferSize(1), "bufferSize=1: must be between 2 and 1000000"),
                mistake(b -> b.bufferSize(0), "bufferSize=0: must be between 2 and 1000000"),
                mistake(b -> b.bufferSize(10).windowSeconds(60), "bufferSize=10: cannot be set together"),
                mistake(b -> b.maxRoutes(1001), "maxRoutes=1001: must be between 1 and 1000"),
                mistake(b -> b.name("a b"), "name=a b: must be 1 to 64 letters"));
    }

    private static Arguments mistake(UnaryOperator<HttpStatsConfig.Builder> settings, String message) {
        return Arguments.of(settings, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mistakes")
    void aMistakeIsToldWithKeyValueAndRule(UnaryOperator<HttpStatsConfig.Builder> settings, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.apply(HttpStatsConfig.builder()).build())
                .withMessageStartingWith(message);
    }
}
