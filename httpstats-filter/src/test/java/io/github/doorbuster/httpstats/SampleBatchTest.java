package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleBatchTest {

    private static final int SIZE = 4;

    private final SampleBatch batch = new SampleBatch(SIZE);
    private final List<Long> moved = new ArrayList<>();
    private final SampleSink sink = new Sink();
    private boolean outOfMemory;
    private int failingSeries;

    private final class Sink implements SampleSink {

        @Override
        public long sliceOf(int windowSlice, long nanoTime) {
            return windowSlice;
        }

        @Override
        public boolean add(long slice, int series, long[] nanos, int from, int to, boolean wait) {
            if (outOfMemory && series >= failingSeries) {
                throw new OutOfMemoryError("intended");
            }
            for (int i = from; i < to; i++) {
                moved.add(nanos[i]);
            }
            return true;
        }
    }

    private void add(int series, long time) {
        if (batch.add(sink, series, time, 0)) {
            batch.moveComplete(sink);
        }
    }

    @Test
    void noSampleIsMovedTwiceAfterAnError() {
        outOfMemory = true;
        failingSeries = 2;
        add(0, 10);
        add(1, 11);
        add(2, 12);
        assertThatThrownBy(() -> add(1, 13)).isInstanceOf(OutOfMemoryError.class);

        outOfMemory = false;
        batch.moveTo(sink, true);

        assertThat(moved).containsExactly(10L, 11L, 13L);
    }

    @Test
    void aBatchRecoversFromAnyNumberOfErrors() {
        outOfMemory = true;
        for (int time = 0; time < 1_000; time++) {
            try {
                add(time % 3, time);
            } catch (OutOfMemoryError e) {
                assertThat(e).hasMessage("intended");
            }
        }

        outOfMemory = false;
        add(0, 5_000);
        batch.moveTo(sink, true);

        assertThat(moved).contains(5_000L).doesNotHaveDuplicates();
    }
}
