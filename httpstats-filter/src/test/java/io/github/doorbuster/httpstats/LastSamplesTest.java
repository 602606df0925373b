package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LastSamplesTest {

    private static final int SUCCESS = 2;
    private static final Latencies LATENCIES = new Latencies(50, 99);

    private final LastSamples samples = new LastSamples(4, 1, 2, 0);

    @Test
    void ordersALateBatchBySlice() {
        add(9, 91, 92, 93);
        add(8, 81, 82);
        add(7, LongStream.range(0, 2L * samples.batchSize()).toArray());

        assertThat(sum()).isEqualTo(82 + 91 + 92 + 93);
    }

    @Test
    void keepsTheOrderWithinASlice() {
        add(1, 1, 2, 3);
        add(1, 4, 5);

        assertThat(sum()).isEqualTo(2 + 3 + 4 + 5);
    }

    @Test
    void overwritesTheOldest() {
        for (int millis = 0; millis < 1_000; millis++) {
            add(millis, millis);
        }

        assertThat(sum()).isEqualTo(996 + 997 + 998 + 999);
    }

    @Test
    void readsTheLastSamplesWhileWritersAdd() {
        int bufferSize = 50_000;
        long[] times = LongStream.range(0, 100_000).toArray();
        int[] taken = {0};
        LastSamples[] large = new LastSamples[1];
        ReentrantLock lock = new ReentrantLock() {
            private static final long serialVersionUID = 1;
            private boolean reading;

            @Override
            public void lock() {
                reading = true;
                super.lock();
            }

            @Override
            public void unlock() {
                super.unlock();
                if (reading) {
                    reading = false;
                    int from = 60_000 + 1_000 * taken[0]++;
                    large[0].add(taken[0], 0, SUCCESS, times, from, from + 1_000, false);
                }
            }
        };
        large[0] = new LastSamples(bufferSize, 1, 1, 0, lock);
        large[0].add(0, 0, SUCCESS, times, 0, 60_000, false);

        Latency all = large[0].snapshot(0, 0, LATENCIES).all();

        int last = 60_000 + 1_000 * (taken[0] - 1);
        assertThat(taken[0]).isBetween(10, 30);
        assertThat(all.samples()).isEqualTo(bufferSize);
        assertThat(all.maxNanos()).isEqualTo(last - 1);
        assertThat(all.minNanos()).isEqualTo(last - bufferSize);
        assertThat(all.sumNanos())
                .isEqualTo(LongStream.range(last - bufferSize, last).sum());
    }

    private void add(long slice, long... nanos) {
        samples.add(slice, 0, SUCCESS, nanos, 0, nanos.length, true);
    }

    private long sum() {
        Latency all = samples.snapshot(0, 0, LATENCIES).all();
        assertThat(all.samples()).isEqualTo(4);
        return all.sumNanos();
    }
}
