package io.github.doorbuster.pvpool;

import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads counts: the views in the store plus those that are accepted and not written yet. Each view is counted once. */
final class CountsReader {

    private static final int ATTEMPTS = 4;

    private final PendingViews pending;
    private final PvStore store;
    private final int maxReads;
    private final Semaphore reads;

    CountsReader(PendingViews pending, PvStore store, int maxReads) {
        this.pending = pending;
        this.store = store;
        this.maxReads = maxReads;
        this.reads = new Semaphore(maxReads);
    }

    Map<String, Long> counts(Collection<String> ids) throws StoreException {
        return limited(() -> read(() -> countsAtOnce(pending.snapshot(ids))));
    }

    /** The counts in some buckets of one width. */
    CountsInTime series(Collection<String> ids, List<Bucket> buckets, ZoneId zone) throws StoreException {
        return limited(() -> read(() -> seriesAtOnce(pending.snapshot(ids), buckets, zone)));
    }

    /** The sums of the items with the most views in some hours, and of others. */
    Map<String, Long> top(List<Bucket> hours, int count) throws StoreException {
        Set<Long> starts =
                hours.stream().map(hour -> hour.start().toEpochMilli()).collect(Collectors.toUnmodifiableSet());
        return limited(() -> read(() -> topAtOnce(pending.totalsIn(starts), hours, count)));
    }

    private @Nullable Map<String, Long> topAtOnce(@Nullable PendingTotals totals, List<Bucket> hours, int count)
            throws StoreException {
        if (totals == null) {
            return null;
        }
        StoredTop stored = store.top(hours, count, totals.views(), journals(totals.moment()));
        return isConsistent(totals.moment(), stored.positions()) ? totals.plus(stored) : null;
    }

    private <T> T limited(Read<T> read) throws StoreException {
        if (!reads.tryAcquire()) {
            throw tooManyReads(maxReads);
        }
        try {
            return read.run();
        } finally {
            reads.release();
        }
    }

    static StoreException tooManyReads(int maxReads) {
        return new StoreException("maxReads=%d reads are in progress; try again later".formatted(maxReads));
    }

    private <T> T read(Attempt<T> attempt) throws StoreException {
        for (int i = 0; i < ATTEMPTS; i++) {
            T answer = attempt.read();
            if (answer != null) {
                return answer;
            }
        }
        throw new StoreException("reading the store takes longer than a flush interval; try again later");
    }

    private @Nullable Map<String, Long> countsAtOnce(PendingSnapshot snapshot) throws StoreException {
        StoredCounts stored = store.read(snapshot.ids(), journals(snapshot.moment()));
        return isConsistent(snapshot.moment(), stored.positions()) ? snapshot.plus(stored) : null;
    }

    private @Nullable CountsInTime seriesAtOnce(PendingSnapshot snapshot, List<Bucket> buckets, ZoneId zone)
            throws StoreException {
        StoredSeries stored = store.read(snapshot.ids(), buckets, journals(snapshot.moment()));
        return isConsistent(snapshot.moment(), stored.positions()) ? snapshot.plus(stored, buckets, zone) : null;
    }

    private static Set<String> journals(PendingMoment moment) throws StoreException {
        if (!moment.complete()) {
            throw new StoreException("segments of the journal are being recovered; try again later");
        }
        return moment.known().keySet();
    }

    private static boolean isConsistent(PendingMoment moment, Map<String, Position> stored) throws StoreException {
        if (moment.isAheadOf(stored)) {
            throw new StoreException("the store has lost transactions, which are applied again; try again later");
        }
        return moment.isConsistentWith(stored);
    }

    private interface Read<T> {
        T run() throws StoreException;
    }

    /** Reads once. Returns null if a flush has run meanwhile. */
    private interface Attempt<T> {
        @Nullable
        T read() throws StoreException;
    }
}
