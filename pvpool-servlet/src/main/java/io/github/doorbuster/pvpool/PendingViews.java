package io.github.doorbuster.pvpool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.SegmentQueue.Ended;
import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.ViewJournal.Unwritten;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All views that are accepted and not written yet: in slots, in the map collected from the slots, in the totals of the
 * segments that wait, and in the batch that is being written.
 *
 * <p>Views move from a slot to the collected map, to the totals, to the batch, to the store. Each move is made under
 * this object's monitor, which intake never takes. A {@link #snapshot} therefore sees every accepted view in exactly
 * one place. However many segments wait, the heap holds one total per item: the journal has the rest.
 */
final class PendingViews {

    private final Slots slots;
    private final ItemQuota quota;
    private final Buckets buckets;

    @GuardedBy("this")
    private boolean durable;

    @GuardedBy("this")
    private Segment current = new Segment("", 0, 0, 0);

    /** The start of the bucket of the views in the slots and in the collected map. */
    @GuardedBy("this")
    private long currentBucket;

    @GuardedBy("this")
    private Map<String, Counter> collected = new HashMap<>();

    /** Whether some of the units may be decrements. */
    private volatile boolean hasDecrements;

    /** Whether memory has exactly the views that the journal has in the current segment. */
    private volatile boolean intact = true;

    @GuardedBy("this")
    private final Waiting waiting = new Waiting();

    @GuardedBy("this")
    private final SegmentQueue queue;

    @GuardedBy("this")
    private @Nullable Batch batch;

    /**
     * How often counts have moved between the maps, or were new in one. A {@link PendingCopy} must not continue then.
     */
    @GuardedBy("this")
    private long moves;

    private final Lock oneCopy = new ReentrantLock();

    @GuardedBy("this")
    private final Map<String, Position> positions = new HashMap<>();

    /** Maps of slots that are not merged yet: at most one per slot. */
    @GuardedBy("this")
    private final List<Map<String, Counter>> taken;

    PendingViews(int slots, ItemQuota quota, HotItems hot, Buckets buckets) {
        this.buckets = buckets;
        this.queue = new SegmentQueue(buckets);
        this.slots = new Slots(slots, hot);
        this.taken = new ArrayList<>(slots);
        this.quota = quota;
    }

    /** Takes over what an open journal has recovered. */
    synchronized void start(Open journal) {
        durable = journal.isDurable();
        setCurrent(journal.first());
        positions.putAll(journal.applied());
        journal.recovered().forEach(queue::addOnDisk);
    }

    @GuardedBy("this")
    private void setCurrent(Segment segment) {
        current = segment;
        currentBucket = buckets.startOf(segment.createdAtMillis());
    }

    /**
     * Reserves room for a number of items, and merges the slots if that is necessary. Returns false if there is no
     * room.
     */
    boolean reserve(int size) {
        if (quota.tryReserve(size)) {
            return true;
        }
        collect();
        return quota.tryReserve(size);
    }

    /**
     * Counts the ids of a request in a slot. Room for them must have been reserved.
     *
     * @throws RejectedException if the slots are closed
     */
    void fold(Collection<String> ids) {
        try {
            quota.add((long) slots.fold(ids) - ids.size());
        } catch (Error e) {
            intact = false; // some of the ids may be counted
            throw e;
        }
    }

    /** Lets readers look for decrements. */
    void expectDecrements() {
        hasDecrements = true;
    }

    private void noteDecrements(Map<String, Counter> counts) {
        if (Units.hasDecrements(counts)) {
            expectDecrements();
        }
    }

    /**
     * Merges the slots into the collected map, so that an item in several slots takes the room of one item. What cannot
     * be merged for lack of memory is merged by the next call.
     */
    synchronized void collect() {
        mergeTaken();
        slots.takeTo(taken);
        mergeTaken();
    }

    @GuardedBy("this")
    private void mergeTaken() {
        for (Iterator<Map<String, Counter>> maps = taken.iterator(); maps.hasNext(); maps.remove()) {
            Map<String, Counter> counts = maps.next();
            if (collected.isEmpty() && waiting.isEmpty() && batch == null) {
                collected = counts;
            } else {
                merge(counts);
            }
        }
    }

    /** Removes each item when it is counted, so that no item counts twice after a failure. */
    @GuardedBy("this")
    private void merge(Map<String, Counter> counts) {
        for (Iterator<Map.Entry<String, Counter>> items = counts.entrySet().iterator(); items.hasNext(); ) {
            Map.Entry<String, Counter> item = items.next();
            boolean pending = isPending(currentBucket, item.getKey());
            Counter counter = collected.get(item.getKey());
            if (counter == null) {
                moves++;
                counter = new Counter();
                collected.put(item.getKey(), counter);
            }
            long views = item.getValue().views;
            items.remove();
            counter.views += views;
            if (pending) {
                quota.add(-1);
            }
        }
    }

    /** Merges the slots if that is necessary to know when their views were accepted. */
    void collectForHot() {
        if (slots.countForHot()) {
            collect();
        }
    }

    @GuardedBy("this")
    private boolean isPending(long bucketStart, String id) {
        return isPendingOutsideBatch(bucketStart, id)
                || (batch != null && batch.bucketStart() == bucketStart && batch.contains(id));
    }

    @GuardedBy("this")
    private boolean isPendingOutsideBatch(long bucketStart, String id) {
        return (bucketStart == currentBucket && collected.containsKey(id)) || waiting.contains(bucketStart, id);
    }

    /** Closes the slots: views that are folded from here on are rejected. */
    void close() {
        slots.close();
    }

    /** Ends the current segment with the views folded so far. */
    synchronized void nextSegment(Segment next) {
        collect();
        moves++;
        long views = 0;
        if (!collected.isEmpty()) {
            for (Counter counter : collected.values()) {
                views += counter.views;
            }
            waiting.add(queue.add(current, intact, !durable), collected);
            collected = new HashMap<>();
        }
        intact = true;
        long before = durable ? next.viewsBefore() : current.viewsBefore() + views;
        setCurrent(new Segment(next.journal(), next.number(), before, next.createdAtMillis()));
    }

    /** Allows a segment to be written. */
    synchronized void seal(Segment sealed) {
        if (!queue.seal(sealed) && durable) {
            queue.addOnDisk(sealed); // folding its views has failed, but the journal has them
        }
    }

    synchronized boolean hasCollected() {
        return !collected.isEmpty();
    }

    synchronized boolean hasEnded() {
        return !queue.isEmpty();
    }

    /** Whether a segment could not be sealed yet. Rolling the segment tries again. */
    synchronized boolean hasUnsealed() {
        return queue.hasUnsealed();
    }

    synchronized int segments() {
        return queue.size();
    }

    /** Whether the counts lack a part of the journal: it exceeds the quota, or was not in a copy that was written. */
    synchronized boolean isIncomplete() {
        return queue.hasUnfolded() || (batch != null && batch.laterViews() > 0);
    }

    /** Adds segments of the journal to the totals while there is room. */
    void foldWaiting(Open journal) throws IOException {
        while (!quota.isExceeded()) {
            Optional<Ended> next;
            synchronized (this) {
                next = queue.firstUnfolded();
            }
            if (next.isEmpty()) {
                return;
            }
            Map<String, Counter> counts = Totals.read(journal, next.get().segment());
            synchronized (this) {
                if (counts == null) {
                    queue.remove(next.get());
                    continue;
                }
                moves++;
                noteDecrements(counts);
                long bucketStart = next.get().bucketStart();
                counts.keySet().forEach(id -> quota.add(isPending(bucketStart, id) ? 0 : 1));
                waiting.add(next.get(), counts);
                next.get().fold();
            }
        }
    }

    /**
     * The segment that is written now, or else the first that may be written, sorted. Its counts are taken from memory
     * if only this has them, or if they are the totals of their bucket; otherwise from the journal.
     */
    Optional<Batch> nextBatch(Open journal) throws IOException {
        Ended head;
        synchronized (this) {
            if (batch != null && batch.isSorted()) {
                return Optional.of(batch);
            }
            head = queue.first();
            if (head == null || !head.isSealed()) {
                return Optional.empty();
            }
            if (batch == null && (head.isInMemory() || queue.hasTotalsOfOneSegment(head))) {
                moves++;
                batch = new Batch(head.segment(), head.bucketStart(), waiting.take(head));
            }
        }
        Batch taken = batchOf(head, journal);
        Batch.Sorted sorted = taken.sort();
        synchronized (this) {
            taken.replaceBy(sorted);
            return Optional.of(taken);
        }
    }

    private Batch batchOf(Ended head, Open journal) throws IOException {
        synchronized (this) {
            if (batch != null) {
                return batch;
            }
        }
        Map<String, Counter> read = Totals.read(journal, head.segment());
        Map<String, Counter> counts = read == null ? Map.of() : read; // an empty batch is finished at once
        Batch next = new Batch(head.segment(), head.bucketStart(), counts);
        synchronized (this) {
            moves++;
            noteDecrements(counts);
            if (!head.isIntact()) {
                queue.distrustTotals(); // the totals of the others may be wrong
            }
            if (read == null && head.isFolded()) {
                foldAgain(head);
            }
            counts.keySet().forEach(id -> quota.add(isPending(head.bucketStart(), id) ? 0 : 1));
            if (head.isFolded()) {
                waiting.subtract(head, counts);
            }
            head.fold();
            batch = next;
        }
        return next;
    }

    /**
     * Removes the totals of the bucket of a segment, because they have its views and the segment can no longer be read.
     * The other segments of the bucket are read again.
     */
    @GuardedBy("this")
    private void foldAgain(Ended damaged) {
        Map<String, Counter> removed = waiting.take(damaged);
        queue.unfoldBucket(damaged);
        leave(damaged.bucketStart(), removed.keySet());
    }

    /** The position at which the chunks of a journal continue. */
    synchronized Position position(String journal) {
        return positions.getOrDefault(journal, Position.START);
    }

    /** Records a position of the store. */
    synchronized void know(String journal, Position position) {
        positions.put(journal, position);
        if (batch == null) {
            queue.putFirst(journal, position);
        }
    }

    /** Forgets a journal that is completely written. */
    synchronized void forget(String journal) {
        positions.remove(journal);
    }

    /** Continues after a position of the store. Returns by how many views more of the batch are known to be applied. */
    synchronized long resume(Batch resumed, Position position) {
        positions.put(resumed.segment().journal(), position);
        leave(resumed.bucketStart(), resumed.unwrittenIds());
        long before = resumed.appliedViews();
        resumed.resumeAfter(position);
        for (String id : resumed.unwrittenIds()) {
            quota.add(isPendingOutsideBatch(resumed.bucketStart(), id) ? 0 : 1);
        }
        return resumed.appliedViews() - before;
    }

    @GuardedBy("this")
    private void leave(long bucketStart, Collection<String> ids) {
        for (String id : ids) {
            quota.add(isPendingOutsideBatch(bucketStart, id) ? 0 : -1);
        }
    }

    /**
     * Puts segments that the store has lost before all others. The batch is read again after them. If there are none,
     * the batch goes back to the position. Returns the number of views of the batch that again count as not applied.
     */
    synchronized long takeBack(String journal, Position position, List<Segment> lost) {
        positions.put(journal, position);
        Batch current = batch;
        if (lost.isEmpty()) {
            boolean ofJournal = current != null && current.segment().journal().equals(journal);
            return ofJournal ? -resume(current, position) : 0;
        }
        long applied = 0;
        if (current != null) {
            leave(current.bucketStart(), current.unwrittenIds());
            Ended head = queue.first();
            if (head != null) {
                head.unfold();
            }
            applied = current.appliedViews();
            batch = null;
        }
        queue.putBefore(lost);
        return applied;
    }

    /** The segment of a journal that is written next, whether it has ended or not. */
    synchronized Segment firstOf(String journal) {
        return queue.firstOf(journal).orElse(current);
    }

    /** Whether a batch was not put back meanwhile. */
    synchronized boolean isBeingWritten(Batch written) {
        return written.equals(batch);
    }

    /** Records that a chunk is in the store. */
    synchronized void chunkApplied(Batch written, Chunk chunk) {
        List<String> unwritten = written.unwrittenIds();
        int rows = written.chunkApplied(chunk);
        leave(written.bucketStart(), unwritten.subList(0, rows));
        positions.put(chunk.journal(), chunk.after());
    }

    /** Removes the batch, which is in the store or set aside. */
    synchronized void finish(Batch written) {
        leave(written.bucketStart(), written.unwrittenIds());
        batch = null;
        queue.removeFirst();
    }

    /**
     * The pending counts of all items in some buckets, added up, without a long time under the monitor.
     *
     * @return null if counts have moved meanwhile
     */
    @Nullable
    PendingTotals totalsIn(Set<Long> bucketStarts) {
        oneCopy.lock(); // the start of another copy may move counts
        try {
            PendingCopy copy = startCopy(bucketStarts);
            do {
                if (!takeFor(copy)) {
                    return null;
                }
            } while (copy.add());
            return copy.totals();
        } finally {
            oneCopy.unlock();
        }
    }

    synchronized PendingCopy startCopy(Set<Long> bucketStarts) {
        collect();
        List<Map<String, Counter>> counts = new ArrayList<>();
        if (bucketStarts.contains(currentBucket)) {
            counts.add(collected);
        }
        waiting.addCounts(bucketStarts, counts);
        boolean inBatch = batch != null && bucketStarts.contains(batch.bucketStart());
        return new PendingCopy(moves, counts, inBatch ? batch.rest() : null, moment());
    }

    synchronized boolean takeFor(PendingCopy copy) {
        return copy.take(moves);
    }

    /** The pending counts of the given items. */
    synchronized PendingSnapshot snapshot(Collection<String> ids) {
        return snapshot(List.copyOf(ids), hasDecrements ? unitsOf(ids) : ids);
    }

    private static List<String> unitsOf(Collection<String> ids) {
        List<String> units = new ArrayList<>(ids);
        ids.forEach(id -> units.add(Units.decrementOf(id)));
        return units;
    }

    @GuardedBy("this")
    private PendingSnapshot snapshot(List<String> ids, Collection<String> units) {
        Map<Long, Map<String, Long>> later = new HashMap<>();
        Map<String, Long> now = new HashMap<>();
        units.forEach(unit -> now.put(unit, Totals.views(collected, unit)));
        slots.addTo(now);
        now.values().removeIf(views -> views == 0);
        later.put(currentBucket, now);
        waiting.addTo(later, units);
        return new PendingSnapshot(
                ids,
                later,
                batch == null ? 0 : batch.bucketStart(),
                batch == null ? List.of() : batch.pending(units),
                moment());
    }

    @GuardedBy("this")
    private PendingMoment moment() {
        Map<String, Long> firstLater = queue.firstNumbers(batch == null ? 0 : 1);
        firstLater.putIfAbsent(current.journal(), current.number());
        Map<String, Position> known = new HashMap<>();
        journals().forEach(journal -> known.put(journal, position(journal)));
        return new PendingMoment(firstLater, known, !isIncomplete());
    }

    /** The journals with pending views, and the current one. */
    synchronized Set<String> journals() {
        Set<String> journals = queue.journals();
        journals.add(current.journal());
        return journals;
    }

    /** The views that are only in memory. Called when the pool closes, after {@link #close}. */
    synchronized List<Unwritten> unwritten() {
        collect();
        List<Unwritten> all = new ArrayList<>();
        if (batch != null && queue.isFirstInMemory()) {
            all.add(batch.unwritten());
        }
        for (Ended ended : queue.inMemory()) {
            if (batch == null || !batch.segment().equals(ended.segment())) {
                all.add(new Batch(ended.segment(), ended.bucketStart(), waiting.counts(ended)).unwritten());
            }
        }
        if (!collected.isEmpty()) {
            all.add(new Batch(current, currentBucket, collected).unwritten());
        }
        return all;
    }
}
