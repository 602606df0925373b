package io.github.doorbuster.httpstats.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LastSamplesTest {

    private static final int SUCCESS = 2;

    private final LastSamples samples = new LastSamples(4, 1, 2, 0);

    @Test
    void aBatchThatWasOvertakenIsNotTakenForTheLast() {
        add(9, 91, 92, 93);
        add(8, 81, 82);
        add(7, LongStream.range(0, 2 * samples.batchSize()).toArray());

        assertThat(sum()).isEqualTo(82 + 91 + 92 + 93);
    }

    @Test
    void withinAMillisecondWhatComesLastIsTheLast() {
        add(1, 1, 2, 3);
        add(1, 4, 5);

        assertThat(sum()).isEqualTo(2 + 3 + 4 + 5);
    }

    @Test
    void theRingGoesRound() {
        for (int millis = 0; millis < 1_000; millis++) {
            add(millis, millis);
        }

        assertThat(sum()).isEqualTo(996 + 997 + 998 + 999);
    }

    private void add(long slice, long... nanos) {
        samples.add(slice, 0, SUCCESS, nanos, 0, nanos.length);
    }

    private long sum() {
        LatencySummary all = samples.read(0).all();
        assertThat(all.samples()).isEqualTo(4);
        return all.sumNanos();
    }
}
