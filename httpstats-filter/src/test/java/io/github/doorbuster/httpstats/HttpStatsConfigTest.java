package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HttpStatsConfigTest {

    @Test
    void defaultsTimeEveryRequestInAWindowOfAMinute() {
        HttpStatsConfig defaults = HttpStatsConfig.builder().build();

        assertThat(defaults)
                .isEqualTo(HttpStatsConfig.builder().windowSeconds(60).build());
        assertThat(List.of(defaults.samplingFactor(), defaults.maxRoutes(), defaults.slowestRequests()))
                .containsExactly(1, 100, 10);
        assertThat(defaults.bufferSize()).isNull();
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
                invalid(b -> b.slowestRequests(101), "slowestRequests=101: must be between 0 and 100"),
                invalid(b -> b.exclude("/a,,/b"), "exclude=/a,,/b: must be at most 100 paths"),
                invalid(b -> b.exclude("health"), "exclude=health: must be at most 100 paths"),
                invalid(
                        b -> b.percentiles(""),
                        "percentiles=: must be 1 to 20 ascending numbers above 0 and below 100"),
                invalid(b -> b.percentiles("99, 50"), "percentiles=99, 50: must be 1 to 20 ascending"),
                invalid(b -> b.percentiles(50, 100), "percentiles=50, 100: must be 1 to 20 ascending"),
                invalid(
                        b -> b.buckets("1, 1"),
                        "buckets=1, 1: must be 1 to 50 ascending numbers above 0 and below 3600"),
                invalid(b -> b.objectives("/buy"), "objectives=/buy: must be at most 100 of the form"),
                invalid(
                        b -> b.objectives("/a = 1 s at 9 %, /b = 1 s at 9 %").maxRoutes(1),
                        "maxRoutes=1: must be at least the number of routes with an objective, 2"),
                invalid(b -> b.objectives("/buy = 0.3 s at 100 %"), "objectives=/buy = 0.3 s at 100 %: must be"),
                invalid(
                        b -> b.objectives("/buy = 1 s at 9 %, /buy = 2 s at 9 %"),
                        "objectives=/buy = 2 s at 9 %: must be"),
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
