package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Unwritten;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts page views per item in memory and adds the counts to a store at intervals, each view exactly once.
 *
 * <p>Accepting views never waits for the store. While the store is slow or down, views stay in memory, up to
 * {@link PvPoolConfig.Builder#maxPendingItems}; beyond that limit they are rejected. Safe for use by any number of
 * threads.
 */
public final class PvPool implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final long CLAIM_POLL_MILLIS = 100;
    private static final int MAX_RENEW_MILLIS = 1000;

    private final PvPoolConfig config;
    private final PvStore store;
    private final Open journal;
    private final ItemQuota quota;
    private final Buckets buckets;
    private final PendingViews pending;
    private final Intake intake;
    private final FlushStats stats;
    private final Flusher flusher;
    private final Pacing pacing;
    private final int renewMillis;
    private final int flushItems;
    private final BucketExpiry expiry;
    private final FlusherThread flusherThread;
    private final CountsReader reader;
    private final SeriesReader series;
    private final TopReader top;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PvPool(Builder builder, PvStore store) throws IOException {
        this.config = builder.config;
        this.store = store;
        this.pacing = builder.pacing;
        this.renewMillis = Math.min(config.flushMillis(), MAX_RENEW_MILLIS);
        this.quota = new ItemQuota(config.maxPendingItems());
        this.flushItems = config.flushItems() == 0 ? config.maxPendingItems() / 2 : config.flushItems();
        HotItems hot = new HotItems(config.hotItems(), builder.nanoClock, builder.clock);
        this.buckets = config.timeBuckets();
        this.pending = new PendingViews(config.slots(), quota, hot, buckets);
        this.stats = new FlushStats(builder.clock);
        IdempotencyKeys keys = new IdempotencyKeys(
                Duration.ofSeconds(config.idempotencySeconds()),
                config.maxIdempotencyKeys(),
                builder.clock,
                builder.nanoClock);
        this.journal = builder.journal().open(new JournalEvents(pending, keys, config.idempotencySeconds(), buckets));
        pending.start(journal);
        Backoff backoff = new Backoff(config.retryMillis(), config.maxRetryMillis(), builder.nanoClock, builder.random);
        Ownership ownership = new Ownership(
                store, builder.token.get(), config.takeOver(), renewMillis, journal.hasFolder(), builder.nanoClock);
        this.expiry = new BucketExpiry(
                store, buckets, BucketDays.of(config.bucketDays()), config.flushMillis(), builder.nanoClock);
        this.flusher = new Flusher(
                pending,
                journal,
                store,
                ownership,
                stats,
                backoff,
                builder.nanoClock,
                buckets,
                expiry,
                config.chunkRows(),
                renewMillis);
        this.flusherThread = new FlusherThread(builder.flusherThread.get(), flusher, builder.nanoClock);
        this.reader = new CountsReader(pending, store, config.maxReads());
        this.top = new TopReader(
                pending,
                hot,
                reader,
                buckets,
                config.topCacheMillis(),
                config.maxReads(),
                builder.nanoClock,
                builder.clock);
        this.series = new SeriesReader(reader, buckets, BucketDays.of(config.bucketDays()), builder.clock);
        KnownIds knownIds = new KnownIds(config.idPattern(), builder.knownIds, config.unknownIds());
        this.intake = new Intake(knownIds, pending, quota, journal, keys, flusher::fenced);
    }

    /** {@return a builder with the default configuration and no journal} */
    public static Builder builder() {
        return new Builder();
    }

    private void start() throws IOException {
        if (journal.recoveredViews() > 0) {
            LOG.log(
                    Level.INFO,
                    "recovered %d page views in %d segments of an earlier process"
                            .formatted(
                                    journal.recoveredViews(),
                                    journal.recovered().size()));
        }
        if (!buckets.isNone()) {
            prepareBuckets();
        }
        claimJournals();
        pending.foldWaiting(journal);
        flusher.prepare();
        flusherThread.start(config.flushMillis(), config.flushPercent(), renewMillis);
    }

    /** Fails if the store has been filled with buckets of another zone, but does not wait for it. */
    private void prepareBuckets() {
        try {
            store.prepare(buckets);
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "starting without the store, whose buckets are checked later: " + e.getMessage());
        }
    }

    /**
     * Claims the journals of earlier processes. Waits until their rows are idle, but not for a store that does not
     * respond: then the flusher claims them later.
     *
     * @throws IOException if another process runs on a copy of the folder
     */
    private void claimJournals() throws IOException {
        try {
            while (!flusher.claimAll()) {
                pacing.pause(CLAIM_POLL_MILLIS);
            }
        } catch (FencedException e) {
            throw new IOException(e.getMessage(), e);
        } catch (StoreException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "starting without the store; page views are kept until it responds: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Accepts the views of one request, all of them or none.
     *
     * @return a future that completes with the number of views once they are safe, or exceptionally with a
     *     {@link RejectedException} if none of them was accepted. If the caller cancels it before the views are written
     *     to the journal, they are dropped; otherwise they are counted.
     * @throws IllegalArgumentException if views are taken off and {@link PvPoolConfig.Builder#allowNegative} is not set
     */
    public CompletionStage<Integer> add(Views views) {
        if (!views.decrements().isEmpty() && !config.allowNegative()) {
            throw new IllegalArgumentException(
                    "count of item \"%s\"=-%d: must be 1 or more; set allowNegative to count down"
                            .formatted(
                                    Excerpt.of(views.decrements().get(0)),
                                    Collections.frequency(
                                            views.decrements(),
                                            views.decrements().get(0))));
        }
        CompletableFuture<Integer> accepted = intake.add(views);
        if (quota.items() >= flushItems) {
            flusherThread.flushEarly();
        }
        return accepted;
    }

    /** Counts an item once; see {@link #add(Map)}. */
    public CompletableFuture<Integer> add(String id) {
        return add(id, 1);
    }

    /** Counts an item several times; see {@link #add(Map)}. */
    public CompletableFuture<Integer> add(String id, long count) {
        return add(Map.of(id, count));
    }

    /**
     * Counts items several times, all of them or none.
     *
     * @param counts how often each item is counted; a negative count takes views off again, with
     *     {@link PvPoolConfig.Builder#allowNegative}. Without their signs, {@value Views#MAX_COUNT} together at most
     * @return completes as that of {@link #add(Views)}
     * @throws IllegalArgumentException if an id or a count is not valid
     */
    public CompletableFuture<Integer> add(Map<String, Long> counts) {
        return add(Views.ofCounts(counts)).toCompletableFuture();
    }

    /**
     * Counts a request that was rejected in front of this pool, so that {@link PvPoolSnapshot#rejectedRequests} has all
     * of them.
     */
    public void countRejected(RejectedException.Reason reason) {
        intake.countRejected(reason);
    }

    /**
     * Reads counts: the views in the store and those that this pool has accepted and not written yet, each view once.
     *
     * @param ids the items, each valid by {@link ItemId#isValid}
     * @return views per item, 0 for an item without views
     * @throws StoreException if the store does not respond, or if {@link PvPoolConfig.Builder#maxReads} reads are in
     *     progress
     */
    public Map<String, Long> counts(Collection<String> ids) throws StoreException {
        return reader.counts(ids);
    }

    /**
     * Reads counts per bucket of time, as {@link #counts} does.
     *
     * @param count how many buckets, up to the current one
     * @return the counts in each bucket, 0 where there are none
     * @throws IllegalArgumentException if this pool does not count in such buckets, or does not keep them so long
     * @throws StoreException as in {@link #counts}
     */
    public CountsInTime series(Collection<String> ids, Bucket.Width width, int count) throws StoreException {
        return series.series(ids, width, count);
    }

    /**
     * Reads the counts of a time until now, as {@link #counts} does. The time begins with the bucket that was the
     * current one so long ago, so it is up to one bucket longer.
     *
     * @param width the buckets that are added
     * @throws IllegalArgumentException if this pool does not count in such buckets, or does not keep them so long
     * @throws StoreException as in {@link #counts}
     */
    public CountsInTime since(Collection<String> ids, Bucket.Width width, Duration time) throws StoreException {
        return series.since(ids, width, time);
    }

    /**
     * Returns the items with the most views.
     *
     * @param count how many items at most: 1 to {@value TopItems#MAX_COUNT}
     * @throws IllegalArgumentException if the count is out of its range, or if this pool does not count the window
     * @throws StoreException if the store does not respond; the window of five minutes does not need it
     */
    public TopItems top(TopItems.Window window, int count) throws StoreException {
        return top.top(window, count);
    }

    /**
     * Writes all views accepted so far to the store, and waits until that is done.
     *
     * @return true if all of them are in the store, false if some have to be retried
     * @throws InterruptedException if interrupted while waiting
     */
    public boolean flush() throws InterruptedException {
        return flusherThread.flush();
    }

    /** {@return the pool's statistics now, an immutable copy} */
    public PvPoolSnapshot snapshot() {
        boolean fenced = flusher.fenced() != null;
        return PvPoolSnapshot.of(
                intake, journal, stats, pending.segments(), quota.items(), expiry.expired(), fenced, top.snapshot());
    }

    /** {@return the configuration of this pool} */
    public PvPoolConfig config() {
        return config;
    }

    /**
     * Rejects further views, writes the remaining ones for at most {@link PvPoolConfig.Builder#closeMillis}, and closes
     * the journal, which keeps the rest. Without a journal, the rest is lost; the log has the number of lost views as
     * an error. Further calls do nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // An interrupt of this thread ends the writing early, but the remaining views must still be saved.
        boolean interrupted = Thread.interrupted();
        intake.close();
        expiry.stop();
        interrupted |= flusherThread.close(this::writeRemaining, config.closeMillis(), interrupted, store::abort);
        closeJournal();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean writeRemaining() throws InterruptedException, ExecutionException {
        journal.stop().get();
        pending.close();
        while (!flusher.flush() && !flusher.isStoreClosed() && flusher.fenced() == null) {
            pacing.pause(config.retryMillis());
        }
        flusher.release();
        return true;
    }

    private void closeJournal() {
        pending.close();
        List<Unwritten> unwritten = journal.isDurable() ? List.of() : pending.unwritten();
        long kept = journal.close(unwritten);
        long inMemory = unwritten.stream().mapToLong(Unwritten::views).sum();
        long views = Math.max(snapshot().pendingViews(), inMemory);
        if (!journal.isDurable() && kept < views) {
            LOG.log(
                    Level.ERROR,
                    "closed with %d page views unwritten and no journal to keep them".formatted(views - kept));
        } else if (views > 0) {
            LOG.log(Level.WARNING, "closed with %d page views unwritten; the next start writes them".formatted(views));
        }
    }

    /** Does now what the flusher does at each interval. For tests. */
    void runAtInterval() {
        flusherThread.runAtInterval();
    }

    /** Builds a pool. Not safe for use by several threads. */
    public static final class Builder {

        private PvPoolConfig config = PvPoolConfig.builder().build();
        private @Nullable PvStore store;
        private @Nullable ViewJournal journal;
        private @Nullable Predicate<String> knownIds;
        private LongSupplier nanoClock = System::nanoTime;
        private Clock clock = Clock.systemUTC();
        private Pacing pacing = TimeUnit.MILLISECONDS::sleep;
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        private Supplier<String> token = NoJournal::newId;
        private Supplier<ScheduledExecutorService> flusherThread = FlusherThread::newExecutor;

        private Builder() {}

        /** Sets the store that counts are added to. Required. The pool does not close it. */
        public Builder store(PvStore store) {
            this.store = store;
            return this;
        }

        /** Sets the configuration. Default: {@code PvPoolConfig.builder().build()}. */
        public Builder config(PvPoolConfig config) {
            this.config = config;
            return this;
        }

        /**
         * Sets the journal that keeps accepted views when the process ends. Default: none, so that unwritten views are
         * lost with the process. The pool starts and closes the journal.
         */
        public Builder journal(ViewJournal journal) {
            this.journal = journal;
            return this;
        }

        /**
         * Sets which ids are counted, beside {@link PvPoolConfig.Builder#idPattern}. The predicate runs for each view,
         * on the thread of the request: let it look into memory, not into a database. Default: every id.
         *
         * @see PvPoolConfig.Builder#unknownIds
         */
        public Builder knownIds(Predicate<String> known) {
            this.knownIds = known;
            return this;
        }

        private ViewJournal journal() {
            return journal == null ? ViewJournal.none(clock) : journal;
        }

        Builder pacing(Pacing pacing) {
            this.pacing = pacing;
            return this;
        }

        /** Sets everything that is not deterministic. For a simulation. */
        Builder deterministic(
                Supplier<ScheduledExecutorService> flusherThread, DoubleSupplier random, Supplier<String> token) {
            this.flusherThread = flusherThread;
            this.random = random;
            this.token = token;
            return this;
        }

        Builder clocks(LongSupplier nanoClock, Clock clock) {
            this.nanoClock = nanoClock;
            this.clock = clock;
            return this;
        }

        /**
         * Starts the pool, which writes at each interval until it is closed.
         *
         * @throws NullPointerException if no store was set
         * @throws UncheckedIOException if the journal cannot be used, or if another process runs on a copy of its
         *     folder
         */
        public PvPool build() {
            Objects.requireNonNull(store, "store: must be set to the PvStore that counts are added to");
            try {
                PvPool pool = new PvPool(this, store);
                try {
                    pool.start();
                    return pool;
                } catch (Throwable e) {
                    pool.flusherThread.shutdown();
                    pool.journal.close(List.of());
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
    }
}
