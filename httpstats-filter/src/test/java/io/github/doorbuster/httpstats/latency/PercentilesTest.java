package io.github.doorbuster.httpstats.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both reservoirs beside the exact percentiles of the same data, within the error the documentation states. */
class PercentilesTest {

    private static final int SAMPLES = 30_000;
    private static final double RELATIVE_ERROR = Resolution.RELATIVE_ERROR_PERCENT / 100.0;

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
                                new SlidingWindow(60, 3, 0),
                                arguments.get()[1]),
                        Arguments.of(
                                "last samples, " + arguments.get()[0],
                                new LastSamples(SAMPLES, 3, 1, 0),
                                arguments.get()[1])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("data")
    void percentilesAreWithinTheStatedErrorOfTheExactOnes(
            String name, LatencyReservoir reservoir, IntToLongFunction times) {
        long[] exact = IntStream.range(0, SAMPLES).mapToLong(times).toArray();
        for (int i = 0; i < SAMPLES; i++) {
            reservoir.add(i % 5, i % 3, i % 4 == 0 ? 5 : 2, exact, i, i + 1);
        }
        Latencies latencies = reservoir.read(50_000_000_000L, new ReentrantLock());

        check(latencies.all(), Arrays.stream(exact));
        for (int route = 0; route < 3; route++) {
            int number = route;
            check(
                    latencies.byRoute().get(route),
                    IntStream.range(0, SAMPLES).filter(i -> i % 3 == number).mapToLong(i -> exact[i]));
        }
        check(
                latencies.byStatusClass().get(2),
                IntStream.range(0, SAMPLES).filter(i -> i % 4 != 0).mapToLong(i -> exact[i]));
        check(
                latencies.byStatusClass().get(5),
                IntStream.range(0, SAMPLES).filter(i -> i % 4 == 0).mapToLong(i -> exact[i]));
        assertThat(latencies.byStatusClass().get(4)).isEqualTo(LatencySummary.EMPTY);
    }

    private static void check(LatencySummary summary, LongStream times) {
        long[] sorted = times.sorted().toArray();
        assertThat(summary.samples()).isEqualTo(sorted.length);
        assertThat(summary.minNanos()).isEqualTo(sorted[0]);
        assertThat(summary.maxNanos()).isEqualTo(sorted[sorted.length - 1]);
        assertThat(summary.sumNanos()).isEqualTo(Arrays.stream(sorted).sum());
        near(summary.p50Nanos(), sorted, 50);
        near(summary.p90Nanos(), sorted, 90);
        near(summary.p95Nanos(), sorted, 95);
        near(summary.p99Nanos(), sorted, 99);
        near(summary.p999Nanos(), sorted, 99.9);
    }

    private static void near(long nanos, long[] sorted, double percentile) {
        double exact = sorted[(int) Math.ceil(Math.nextDown(percentile * sorted.length / 100)) - 1];
        double error = Math.max(ABSOLUTE_ERROR_NANOS, exact * RELATIVE_ERROR);
        assertThat((double) nanos).isBetween(exact - error, exact + error);
    }
}
