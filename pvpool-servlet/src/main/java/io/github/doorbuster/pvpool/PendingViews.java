package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.PendingSnapshot.Count;
import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All views that are accepted and not written yet: in slots, in the map collected from the slots, and in batches.
 *
 * <p>Views move from a slot to the collected map, to a batch, to the store. Each move is made under this object's
 * monitor, which intake never takes. A {@link #snapshot} therefore sees every accepted view in exactly one place.
 */
final class PendingViews {

    private final Slot[] slots;
    private final int chunkRows;
    private final long maxItems;
    private final AtomicLong items = new AtomicLong();

    @GuardedBy("this")
    private Map<String, Counter> collected = new HashMap<>();

    @GuardedBy("this")
    private String segment = "";

    @GuardedBy("this")
    private final Map<String, Batch> batches = new LinkedHashMap<>();

    /** How many batches have been removed: tells a reader that its snapshot is out of date. */
    @GuardedBy("this")
    private long removals;

    PendingViews(int slots, int chunkRows, long maxItems) {
        this.slots = new Slot[slots];
        for (int i = 0; i < slots; i++) {
            this.slots[i] = new Slot();
        }
        this.chunkRows = chunkRows;
        this.maxItems = maxItems;
    }

    /** Reserves room for a number of items; merges the slots if that makes the room. False if there is none. */
    boolean reserve(int size) {
        if (tryReserve(size)) {
            return true;
        }
        collect();
        return tryReserve(size);
    }

    private boolean tryReserve(int size) {
        if (items.addAndGet(size) > maxItems) {
            items.addAndGet(-size);
            return false;
        }
        return true;
    }

    /** Gives back room that was reserved. */
    void release(int size) {
        items.addAndGet(-size);
    }

    /**
     * Counts the ids of a request in a slot. Room for them must have been reserved.
     *
     * @throws RejectedException if the slots are closed
     */
    void fold(Collection<String> ids) {
        int slot = (int) (Thread.currentThread().getId() % slots.length);
        int added = slots[slot].fold(ids);
        items.addAndGet((long) added - ids.size());
    }

    long maxItems() {
        return maxItems;
    }

    long items() {
        return items.get();
    }

    /** Merges the slots into the collected map, so that an item in several slots takes the room of one. */
    synchronized void collect() {
        for (Slot slot : slots) {
            Map<String, Counter> taken = slot.take();
            if (taken.isEmpty()) {
                continue;
            }
            if (collected.isEmpty()) {
                collected = taken;
                continue;
            }
            int before = collected.size();
            for (Map.Entry<String, Counter> entry : taken.entrySet()) {
                collected.computeIfAbsent(entry.getKey(), first -> new Counter()).views += entry.getValue().views;
            }
            items.addAndGet((long) collected.size() - before - taken.size());
        }
    }

    /** Closes the slots: views that are folded from here on are rejected. */
    void close() {
        for (Slot slot : slots) {
            slot.close();
        }
    }

    /** Makes a batch of the views folded so far, and starts the next segment. */
    synchronized String nextSegment() {
        collect();
        if (!collected.isEmpty()) {
            batches.put(segment, new Batch(segment, chunkRows, collected));
            collected = new HashMap<>();
        }
        UUID id = UUID.randomUUID();
        segment = "%016x%016x".formatted(id.getMostSignificantBits(), id.getLeastSignificantBits());
        return segment;
    }

    /** Allows the batch of a segment to be written. */
    synchronized void seal(String sealed) {
        Batch batch = batches.get(sealed);
        if (batch != null) {
            batch.seal();
        }
    }

    /** Adds a segment of an earlier process. */
    synchronized void restore(SegmentCounts recovered) {
        batches.put(recovered.segment(), Batch.of(recovered));
        items.addAndGet(recovered.counts().size());
    }

    synchronized boolean hasCollected() {
        return !collected.isEmpty();
    }

    synchronized boolean hasBatches() {
        return !batches.isEmpty();
    }

    /** Whether a segment could not be sealed yet. Rolling the segment tries again. */
    synchronized boolean hasUnsealedBatch() {
        return batches.values().stream().anyMatch(batch -> !batch.isSealed());
    }

    /** The oldest batch that may be written, sorted. */
    Optional<Batch> nextBatch() {
        Optional<Batch> next;
        synchronized (this) {
            next = batches.values().stream().filter(Batch::isSealed).findFirst();
        }
        next.filter(batch -> !batch.isSorted()).ifPresent(batch -> {
            Batch.Sorted sorted = batch.sort();
            synchronized (this) {
                batch.replaceBy(sorted);
            }
        });
        return next;
    }

    /** Records that a chunk is in the store. */
    synchronized void chunkApplied(Batch batch, Chunk chunk) {
        batch.chunkApplied();
        items.addAndGet(-chunk.size());
    }

    /** Removes a batch that is in the store. Must be called before the store forgets the batch's segment. */
    synchronized void remove(Batch batch) {
        batches.remove(batch.segment());
        removals++;
    }

    /** The pending counts of the given items. */
    synchronized PendingSnapshot snapshot(Collection<String> ids) {
        Map<String, Long> sums = new HashMap<>();
        ids.forEach(id -> sums.put(id, 0L));
        for (Slot slot : slots) {
            slot.addTo(sums);
        }
        List<Count> counts = new ArrayList<>();
        for (Map.Entry<String, Long> entry : sums.entrySet()) {
            Counter counter = collected.get(entry.getKey());
            long sum = entry.getValue() + (counter == null ? 0 : counter.views);
            if (sum > 0) {
                counts.add(new Count(segment, Count.ANY_CHUNK, entry.getKey(), sum));
            }
        }
        Set<String> segments = new HashSet<>(batches.keySet());
        segments.add(segment);
        batches.values().forEach(batch -> batch.addTo(sums.keySet(), counts));
        return new PendingSnapshot(counts, segments, removals);
    }

    /** Whether no batch has been removed since the snapshot was taken. */
    synchronized boolean isCurrent(PendingSnapshot snapshot) {
        return snapshot.removals() == removals;
    }

    synchronized List<Batch> batches() {
        return List.copyOf(batches.values());
    }
}
