package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.Latency.Percentile;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentileBoundsTest {

    /** Of a table of the binomial distribution: with 100 samples, the median is between the 40th and the 61st. */
    @ParameterizedTest
    @CsvSource({
        "100, 50, 40, 61",
        "10, 50, 2, 9",
        "5, 50, 0, 0",
        "100, 99, 97, 0",
        "100, 99.9, 99, 0",
        "1000, 99, 983, 997",
        "1, 50, 0, 0",
        "0, 50, 0, 0",
        "10000, 99.9, 9983, 9997"
    })
    void ranksAreThoseOfTheBinomialDistribution(long samples, double percentile, long low, long high) {
        assertThat(PercentileBounds.of(samples, percentile)).isEqualTo(new PercentileBounds(low, high));
    }

    @Test
    void manySamplesHaveTheRanksOfTheNormalDistribution() {
        PercentileBounds bounds = PercentileBounds.of(100_000_000, 50);

        assertThat(bounds.lowRank()).isBetween(49_990_199L, 49_990_203L);
        assertThat(bounds.highRank()).isBetween(50_009_798L, 50_009_802L);
    }

    /** The bounds claim 19 of 20; discrete ranks make it more, never less. */
    @ParameterizedTest
    @CsvSource({
        "30, 50",
        "100, 50",
        "100, 90",
        "100, 95",
        "100, 99",
        "100, 99.9",
        "1000, 95",
        "1000, 99",
        "1000, 99.9",
        "4000, 99.9"
    })
    void boundsEncloseTheTruePercentileIn19Of20Simulations(int samples, double percentile) {
        int rounds = 4_000;
        Random random = new Random(samples + (long) (percentile * 1_000));
        PercentileBounds bounds = PercentileBounds.of(samples, percentile);
        int enclosed = 0;
        for (int round = 0; round < rounds; round++) {
            double[] times = random.doubles(samples).sorted().toArray();
            boolean above = bounds.lowRank() == 0 || times[(int) bounds.lowRank() - 1] <= percentile / 100;
            boolean below = bounds.highRank() == 0 || times[(int) bounds.highRank() - 1] >= percentile / 100;
            enclosed += above && below ? 1 : 0;
        }
        // Three standard deviations of 4,000 rounds at 95 % are 1.03 %.
        assertThat((double) enclosed / rounds).isGreaterThan(0.95 - 0.0104);
    }

    @Test
    void aSnapshotHasTheTimesOfTheRanks() {
        FakeClock clock = new FakeClock();
        HttpStats stats = clock.newStats();
        for (int millis = 1; millis <= 1000; millis++) {
            clock.request(stats, "/", 200, Duration.ofMillis(millis));
        }

        Percentile p99 = stats.snapshot().window().latency().percentiles().get(3);
        Percentile p999 = stats.snapshot().window().latency().percentiles().get(4);

        assertThat(p99.percentile()).isEqualTo(99);
        assertThat(p99.lowNanos() / 983e6).isBetween(0.985, 1.0);
        assertThat(p99.highNanos() / 997e6).isBetween(1.0, 1.015);
        assertThat(Arrays.asList(p999.lowNanos() != null, p999.highNanos() == null))
                .containsOnly(true);
    }
}
