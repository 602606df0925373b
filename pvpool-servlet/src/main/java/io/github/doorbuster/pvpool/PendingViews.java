package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PendingSnapshot.Part;
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
 * Everything accepted and not yet written: slots, what was collected from them, and batches.
 *
 * <p>Views move slot, collection, batch, store. Each move happens under this object's monitor, which intake never
 * takes; so a {@link #view} sees every accepted view in exactly one place.
 */
final class PendingViews {

    private final Slot[] slots;
    private final int chunkRows;
    private final long maxItems;
    private final AtomicLong items = new AtomicLong();

    private Map<String, Counter> collected = new HashMap<>();
    private String segment = "";
    private final Map<String, Batch> batches = new LinkedHashMap<>();
    private long removals;

    PendingViews(int slots, int chunkRows, long maxItems) {
        this.slots = new Slot[slots];
        for (int i = 0; i < slots; i++) {
            this.slots[i] = new Slot();
        }
        this.chunkRows = chunkRows;
        this.maxItems = maxItems;
    }

    /** Makes room for as many items as a request might add, if need be by merging the slots. */
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

    void release(int size) {
        items.addAndGet(-size);
    }

    /** Counts a request's ids, for which room was reserved. */
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

    /** Merges the slots, so that an item waiting long waits once. */
    synchronized void collect() {
        for (Slot slot : slots) {
            Map<String, Counter> taken = slot.take();
            if (collected.isEmpty()) {
                collected = taken.isEmpty() ? collected : taken;
                continue;
            }
            int before = collected.size();
            taken.forEach(
                    (id, counter) -> collected.computeIfAbsent(id, first -> new Counter()).views += counter.views);
            items.addAndGet((long) collected.size() - before - taken.size());
        }
    }

    void close() {
        for (Slot slot : slots) {
            slot.close();
        }
    }

    /** Turns what was folded so far into a batch and begins the next segment. */
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

    synchronized void seal(String ended) {
        Batch batch = batches.get(ended);
        if (batch != null) {
            batch.seal();
        }
    }

    /** Adds a segment that an earlier process left. */
    synchronized void restore(SegmentCounts saved) {
        batches.put(saved.segment(), Batch.of(saved));
        items.addAndGet(saved.counts().size());
    }

    synchronized boolean hasCollected() {
        return !collected.isEmpty();
    }

    synchronized boolean hasBatches() {
        return !batches.isEmpty();
    }

    /** Whether a segment could not be sealed yet, which another cut would try again. */
    synchronized boolean hasUnsealed() {
        return batches.values().stream().anyMatch(batch -> !batch.isSealed());
    }

    /** The oldest batch that may be written, sorted. */
    Optional<Batch> nextBatch() {
        Optional<Batch> next;
        synchronized (this) {
            next = batches.values().stream().filter(Batch::isSealed).findFirst();
        }
        next.filter(batch -> !batch.isSorted()).ifPresent(batch -> {
            Batch.Sorted sorted = batch.sorted();
            synchronized (this) {
                batch.sort(sorted);
            }
        });
        return next;
    }

    synchronized void applied(Batch batch, Chunk chunk) {
        batch.chunkApplied();
        items.addAndGet(-chunk.size());
    }

    /** Drops a batch that is in the store, before the store forgets its segment. */
    synchronized void retire(Batch batch) {
        batches.remove(batch.segment());
        removals++;
    }

    synchronized PendingSnapshot view(Collection<String> ids) {
        Map<String, Long> sums = new HashMap<>();
        ids.forEach(id -> sums.put(id, 0L));
        for (Slot slot : slots) {
            slot.addTo(sums);
        }
        List<Part> parts = new ArrayList<>();
        sums.forEach((id, views) -> {
            Counter counter = collected.get(id);
            long sum = views + (counter == null ? 0 : counter.views);
            if (sum > 0) {
                parts.add(new Part(segment, Part.ANY_CHUNK, id, sum));
            }
        });
        Set<String> segments = new HashSet<>(batches.keySet());
        segments.add(segment);
        batches.values().forEach(batch -> batch.addTo(sums.keySet(), parts));
        return new PendingSnapshot(parts, segments, removals);
    }

    synchronized boolean isCurrent(PendingSnapshot view) {
        return view.removals() == removals;
    }

    synchronized List<Batch> batches() {
        return List.copyOf(batches.values());
    }
}
