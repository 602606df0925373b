package io.github.doorbuster.pvpool;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items with the most views, in bounded memory: the Space-Saving algorithm of Metwally, Agrawal and El Abbadi,
 * "Efficient Computation of Frequent and Top-k Elements in Data Streams" (ICDT 2005), with weights.
 *
 * <p>Each of the counters has an item, its views, and by how many the views may be too high. An item that has no
 * counter takes over the lowest one and adds to its views. With {@code n} views in {@code m} counters, no error exceeds
 * {@code n / m}, and each item with more views than that has a counter.
 *
 * <p>Not safe for use by several threads.
 */
final class SpaceSaving {

    private static final int FIRST_CAPACITY = 16;

    private final int size;
    private final Map<String, Counter> byItem = new HashMap<>();

    /** A binary heap with the lowest counter first. It grows up to {@link #size}. */
    private @Nullable Counter[] heap = new Counter[FIRST_CAPACITY];

    private int used;

    SpaceSaving(int size) {
        this.size = size;
    }

    void add(String id, long views) {
        Counter counter = byItem.get(id);
        if (counter != null) {
            counter.views += views;
            siftDown(counter);
            return;
        }
        if (used < size) {
            if (used == heap.length) {
                heap = Arrays.copyOf(heap, Math.min(size, 2 * used));
            }
            counter = new Counter(id, used++);
            counter.views = views;
            heap[counter.at] = counter;
            byItem.put(id, counter);
            siftUp(counter);
            return;
        }
        Counter lowest = at(0);
        byItem.remove(lowest.id);
        lowest.id = id;
        lowest.error = lowest.views;
        lowest.views += views;
        byItem.put(id, lowest);
        siftDown(lowest);
    }

    /** The counters by item. */
    Map<String, Counter> counters() {
        return byItem;
    }

    /** The most views that an item without a counter can have, and by which a counter can be too high. */
    long error() {
        return used < size ? 0 : at(0).views;
    }

    private Counter at(int index) {
        Counter counter = heap[index];
        if (counter == null) {
            throw new IllegalStateException("no counter at " + index);
        }
        return counter;
    }

    private void put(Counter counter, int index) {
        heap[index] = counter;
        counter.at = index;
    }

    private void siftUp(Counter counter) {
        int index = counter.at;
        while (index > 0) {
            Counter parent = at((index - 1) / 2);
            if (parent.views <= counter.views) {
                break;
            }
            int up = parent.at;
            put(parent, index);
            index = up;
        }
        put(counter, index);
    }

    private void siftDown(Counter counter) {
        int index = counter.at;
        for (int child = 2 * index + 1; child < used; child = 2 * index + 1) {
            if (child + 1 < used && at(child + 1).views < at(child).views) {
                child++;
            }
            Counter lower = at(child);
            if (counter.views <= lower.views) {
                break;
            }
            put(lower, index);
            index = child;
        }
        put(counter, index);
    }

    /** The counter of an item. Its true views are between {@code views - error} and {@code views}. */
    static final class Counter {

        private String id;
        private int at;
        private long views;
        private long error;

        private Counter(String id, int at) {
            this.id = id;
            this.at = at;
        }

        long views() {
            return views;
        }

        long error() {
            return error;
        }
    }
}
