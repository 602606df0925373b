package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentQueueTest {

    private final SegmentQueue queue = new SegmentQueue(Buckets.of("", "UTC"));

    private void addOnDisk(String journal, int number) {
        queue.addOnDisk(new Segment(journal, number, 10L * number, 1));
    }

    private List<String> order() {
        List<String> order = new ArrayList<>();
        for (SegmentQueue.Ended first = queue.first(); first != null; first = queue.first()) {
            order.add(first.segment().journal() + first.segment().number());
            queue.removeFirst();
        }
        return order;
    }

    @Test
    void partlyWrittenSegmentGoesFirstAfterThoseBeforeIt() {
        addOnDisk("a", 7);
        addOnDisk("b", 1);
        addOnDisk("b", 2);
        addOnDisk("b", 3);
        queue.putFirst("b", new Position(2, "m", 25));
        assertThat(order()).containsExactly("b1", "b2", "a7", "b3");
    }

    @Test
    void positionInNoWaitingSegmentChangesNothing() {
        addOnDisk("a", 7);
        addOnDisk("b", 3);
        queue.putFirst("b", new Position(2, "m", 25));
        assertThat(order()).containsExactly("a7", "b3");
    }
}
