package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Slot.Counter;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The maps that requests count into. Threads that use different slots do not contend. */
final class Slots {

    private final Slot[] slots;
    private final HotItems hot;

    Slots(int size, HotItems hot) {
        this.hot = hot;
        slots = new Slot[size];
        for (int i = 0; i < size; i++) {
            slots[i] = new Slot();
        }
    }

    /**
     * Counts the ids of a request and returns how many items were new to the slot of this thread.
     *
     * @throws RejectedException if the slots are closed
     */
    int fold(Collection<String> ids) {
        return slots[(int) (Thread.currentThread().getId() % slots.length)].fold(ids);
    }

    /**
     * Swaps the maps for empty ones and adds those that have counts to a list, which must have room. They also count
     * for what is hot.
     */
    void takeTo(List<Map<String, Counter>> taken) {
        for (Slot slot : slots) {
            Map<String, Counter> counts = slot.take();
            if (!counts.isEmpty()) {
                taken.add(counts);
                hot.add(counts); // may fail for lack of memory
            }
        }
    }

    /** Whether the time matters at which the maps are taken. */
    boolean countForHot() {
        return hot.isOn();
    }

    /** Rejects views that are folded from here on. */
    void close() {
        for (Slot slot : slots) {
            slot.close();
        }
    }

    /** Adds the views in the slots to the sum of each item. */
    void addTo(Map<String, Long> sums) {
        for (Slot slot : slots) {
            slot.addTo(sums);
        }
    }
}
