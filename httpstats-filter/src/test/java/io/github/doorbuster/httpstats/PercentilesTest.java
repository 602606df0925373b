package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the percentiles of both reservoirs with exact ones, within the error that the documentation states. */
class PercentilesTest {

    private static final Latencies LATENCIES = new Latencies(50, 90, 95, 99, 99.9);
    private static final int SAMPLES = 30_000;
    private static final double RELATIVE_ERROR = 0.01;

    /** The width of the narrowest bucket. */
    private static final long ABSOLUTE_ERROR_NANOS = 512;

    static Stream<Arguments> data() {
        Random random = new Random(7);
        IntToLongFunction logNormal = i -> (long) Math.exp(Math.log(4e6) + 1.2 * random.nextGaussian());
        IntToLongFunction bimodal = i -> i % 5 == 0 ? 250_000_000 + random.nextInt(50_000_000) : 150_000 + i;
        IntToLongFunction constant = i -> 23_821_000;
        IntToLongFunction fast = i -> 1_000 + random.nextInt(40_000);
        return Stream.of(
                        Arguments.of("log-normal", logNormal),
                        Arguments.of("bimodal", bimodal),
                        Arguments.of("constant", constant),
                        Arguments.of("microseconds", fast))
                .flatMap(arguments -> Stream.of(
                        Arguments.of(
                                "window, " + arguments.get()[0],
                                new SlidingWindow(new WindowClock(60, 0), 3),
                                arguments.get()[1]),
                        Arguments.of(
                                "last samples, " + arguments.get()[0],
                                new LastSamples(SAMPLES, 3, 1, 0),
                                arguments.get()[1])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("data")
    void percentilesAreWithinTheStatedError(String name, Reservoir reservoir, IntToLongFunction times) {
        long[] exact = IntStream.range(0, SAMPLES).mapToLong(times).toArray();
        for (int i = 0; i < SAMPLES; i++) {
            assertThat(reservoir.add(i % 5, i % 3, i % 4 == 0 ? 5 : 2, exact, i, i + 1, false))
                    .isTrue();
        }
        ReservoirSnapshot snapshot = reservoir.snapshot(5, 50_000_000_000L, LATENCIES);

        check(snapshot.all(), Arrays.stream(exact));
        for (int route = 0; route < 3; route++) {
            int number = route;
            check(
                    snapshot.byRoute().get(route),
                    IntStream.range(0, SAMPLES).filter(i -> i % 3 == number).mapToLong(i -> exact[i]));
        }
        check(
                snapshot.byStatusClass().get(2),
                IntStream.range(0, SAMPLES).filter(i -> i % 4 != 0).mapToLong(i -> exact[i]));
        check(
                snapshot.byStatusClass().get(5),
                IntStream.range(0, SAMPLES).filter(i -> i % 4 == 0).mapToLong(i -> exact[i]));
        assertThat(snapshot.byStatusClass().get(4)).isEqualTo(LATENCIES.empty());
    }

    private static void check(Latency latency, LongStream times) {
        long[] sorted = times.sorted().toArray();
        assertThat(latency.samples()).isEqualTo(sorted.length);
        assertThat(latency.minNanos()).isEqualTo(sorted[0]);
        assertThat(latency.maxNanos()).isEqualTo(sorted[sorted.length - 1]);
        assertThat(latency.sumNanos()).isEqualTo(Arrays.stream(sorted).sum());
        near(latency.percentileNanos(50), sorted, 50);
        near(latency.percentileNanos(90), sorted, 90);
        near(latency.percentileNanos(95), sorted, 95);
        near(latency.percentileNanos(99), sorted, 99);
        near(latency.percentileNanos(99.9), sorted, 99.9);
    }

    private static void near(long nanos, long[] sorted, double percentile) {
        double exact = sorted[(int) Math.ceil(Math.nextDown(percentile * sorted.length / 100)) - 1];
        double error = Math.max(ABSOLUTE_ERROR_NANOS, exact * RELATIVE_ERROR);
        assertThat((double) nanos).isBetween(exact - error, exact + error);
    }
}
