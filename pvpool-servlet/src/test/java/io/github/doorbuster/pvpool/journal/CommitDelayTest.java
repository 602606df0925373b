package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitDelayTest {

    private final JournalQueue queue = new JournalQueue();
    private final List<Long> pauses = new ArrayList<>();
    private int arriveDuringPause;
    private final CommitDelay delay = new CommitDelay(100, this::pause);

    private void pause(long nanos) {
        pauses.add(nanos);
        queue(arriveDuringPause);
    }

    private void queue(int tasks) {
        for (int i = 0; i < tasks; i++) {
            queue.roll();
        }
    }

    private int taken(int waiting) {
        queue(waiting);
        return delay.take(queue).size();
    }

    @Test
    void fewRequestsDoNotWait() {
        for (int round = 0; round < 10; round++) {
            assertThat(taken(4)).isEqualTo(4);
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void underLoadMoreRequestsJoin() {
        arriveDuringPause = 3;
        assertThat(taken(5)).isEqualTo(5);
        assertThat(taken(1)).isEqualTo(4);
        assertThat(pauses).containsExactly(100_000L);
    }

    @Test
    void delayEndsWithLoad() {
        taken(5);
        taken(1);
        taken(1);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void largeGroupDoesNotWait() {
        taken(20);
        taken(16);
        assertThat(pauses).isEmpty();
    }

    @Test
    void endedQueueReturnsNothing() {
        queue.end();
        assertThat(delay.take(queue)).isEmpty();
    }

    @Test
    void canBeOff() {
        CommitDelay off = new CommitDelay(0, this::pause);
        for (int round = 0; round < 3; round++) {
            queue(5);
            assertThat(off.take(queue)).hasSize(5);
        }
        assertThat(pauses).isEmpty();
    }
}
