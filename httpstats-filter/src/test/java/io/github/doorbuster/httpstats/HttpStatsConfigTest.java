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
    void defaultsTimeEveryRequestInAWindowOfAMinute() {
        assertThat(HttpStatsConfig.builder().build())
                .isEqualTo(new HttpStatsConfig("default", 1, 60, null, 100, false, ""));
    }

    static Stream<Arguments> invalidSettings() {
        return Stream.of(
                invalid(b -> b.samplingFactor(0), "samplingFactor=0: must be between 1 and 1000000"),
                invalid(b -> b.windowSeconds(0), "windowSeconds=0: must be between 1 and 3600"),
                invalid(b -> b.bufferSize(1), "bufferSize=1: must be between 2 and 1000000"),
                invalid(b -> b.bufferSize(0), "bufferSize=0: must be between 2 and 1000000"),
                invalid(
                        b -> b.bufferSize(10).windowSeconds(60),
                        "bufferSize=10: cannot be combined with windowSeconds=60"),
                invalid(b -> b.maxRoutes(1001), "maxRoutes=1001: must be between 1 and 1000"),
                invalid(b -> b.name("a b"), "name=a b: must be 1 to 64 letters"));
    }

    private static Arguments invalid(UnaryOperator<HttpStatsConfig.Builder> settings, String message) {
        return Arguments.of(settings, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("invalidSettings")
    void rejectsInvalidSettings(UnaryOperator<HttpStatsConfig.Builder> settings, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.apply(HttpStatsConfig.builder()).build())
                .withMessageStartingWith(message);
    }
}
