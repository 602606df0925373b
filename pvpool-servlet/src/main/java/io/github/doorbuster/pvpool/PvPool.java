package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.ViewJournal.Unwritten;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
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
    private static final int READ_ATTEMPTS = 4;
    private static final int ABORT_SECONDS = 2;
    private static final long CLAIM_POLL_MILLIS = 100;

    private static final int MAX_RENEW_MILLIS = 1000;

    private final PvPoolConfig config;
    private final PvStore store;
    private final Open journal;
    private final ItemQuota quota;
    private final PendingViews pending;
    private final Intake intake;
    private final FlushStats stats;
    private final Flusher flusher;
    private final Pacing pacing;
    private final ScheduledExecutorService flusherThread;
    private final Semaphore reads;
    private final AtomicBoolean earlyFlushQueued = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private PvPool(Builder builder, PvStore store) throws IOException {
        this.config = builder.config;
        this.store = store;
        this.pacing = builder.pacing;
        this.flusherThread = builder.flusherThread.get();
        this.reads = new Semaphore(config.maxReads());
        this.quota = new ItemQuota(config.maxPendingItems());
        this.pending = new PendingViews(config.slots(), quota);
        this.stats = new FlushStats(builder.clock);
        IdempotencyKeys keys = new IdempotencyKeys(
                Duration.ofSeconds(config.idempotencySeconds()),
                config.maxIdempotencyKeys(),
                builder.clock,
                builder.nanoClock);
        this.journal = builder.journal.open(new JournalListener(keys));
        pending.start(journal);
        Backoff backoff = new Backoff(config.retryMillis(), config.maxRetryMillis(), builder.nanoClock, builder.random);
        Ownership ownership = new Ownership(
                store, builder.token.get(), config.takeOver(), renewMillis(), journal.hasFolder(), builder.nanoClock);
        this.flusher = new Flusher(
                pending,
                journal,
                store,
                ownership,
                stats,
                backoff,
                builder.nanoClock,
                config.chunkRows(),
                renewMillis());
        this.intake = new Intake(pending, quota, journal, keys, flusher::fenced);
    }

    private int renewMillis() {
        return Math.min(config.flushMillis(), MAX_RENEW_MILLIS);
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
        claimJournals();
        pending.foldWaiting(journal);
        flusher.prepare();
        flusherThread.scheduleWithFixedDelay(
                this::flushAtInterval, config.flushMillis(), config.flushMillis(), TimeUnit.MILLISECONDS);
        if (config.flushMillis() > renewMillis()) {
            flusherThread.scheduleWithFixedDelay(flusher::renew, renewMillis(), renewMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Claims the journals of earlier processes. Waits until their rows are idle, but not for a store that does not
     * respond: then the flusher claims them later.
     *
     * @throws IOException if another process lives on a copy of the folder
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
     * @return completes with the number of views once they are safe, or exceptionally with a {@link RejectedException}
     *     if none of them was accepted. If it is cancelled, the views are dropped if they are not written to the
     *     journal yet, and counted otherwise.
     */
    public CompletionStage<Integer> add(Views views) {
        CompletableFuture<Integer> accepted = intake.add(views);
        if (quota.items() >= config.flushItems() && earlyFlushQueued.compareAndSet(false, true)) {
            try {
                flusherThread.execute(this::flushAtInterval);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "no early flush: the pool is closing", e);
            }
        }
        return accepted;
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
        if (!reads.tryAcquire()) {
            throw new StoreException("maxReads=%d reads are in progress; try again later".formatted(config.maxReads()));
        }
        try {
            if (pending.isIncomplete()) {
                throw new StoreException("the journal of an earlier process is being recovered; try again later");
            }
            for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
                PendingSnapshot snapshot = pending.snapshot(ids);
                StoredCounts stored = store.read(ids, snapshot.known().keySet());
                if (snapshot.isAheadOf(stored)) {
                    throw new StoreException(
                            "the store has lost transactions, which are applied again; try again later");
                }
                if (snapshot.isConsistentWith(stored)) {
                    return snapshot.plus(stored);
                }
            }
            throw new StoreException("reading the store takes longer than a flush interval; try again later");
        } finally {
            reads.release();
        }
    }

    /**
     * Writes all views accepted so far to the store, and waits until that is done.
     *
     * @return true if all of them are in the store, false if some have to be retried
     * @throws InterruptedException if interrupted while waiting
     */
    public boolean flush() throws InterruptedException {
        try {
            return flusherThread.submit(flusher::flush).get();
        } catch (RejectedExecutionException | CancellationException e) {
            return false; // closed: close has written what it could
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** {@return the pool's statistics now, an immutable copy} */
    public PvPoolSnapshot snapshot() {
        return new PvPoolSnapshot(
                intake.acceptedRequests(),
                intake.repeatedRequests(),
                intake.acceptedViews(),
                journal.recoveredViews(),
                stats.writtenViews(),
                stats.takenBackViews(),
                stats.missingViews(),
                stats.unknownViews(),
                stats.setAsideViews(),
                pendingViews(),
                quota.items(),
                intake.rejectedRequests(),
                flusher.fenced() != null,
                stats.snapshot(pending.segments()),
                journal.snapshot());
    }

    private long pendingViews() {
        long settled = stats.writtenViews() + stats.unknownViews() + stats.setAsideViews();
        return intake.acceptedViews() + journal.recoveredViews() + stats.takenBackViews() - settled;
    }

    /** {@return the configuration of this pool} */
    public PvPoolConfig config() {
        return config;
    }

    /**
     * Rejects further views, writes the remaining ones for at most {@link PvPoolConfig.Builder#closeMillis}, and closes
     * the journal, which keeps the rest. Without a journal the rest is lost, and logged as an error. Further calls do
     * nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // An interrupt of this thread ends the writing early, but must not keep it from saving the rest.
        boolean interrupted = Thread.interrupted();
        intake.close();
        interrupted |= !interrupted && awaitRemaining();
        flusher.stop();
        flusherThread.shutdownNow().forEach(PvPool::cancel);
        store.abort();
        interrupted |= awaitFlusherThread();
        closeJournal();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cancels a task that will not run, so that nobody waits for it. */
    private static void cancel(Runnable dropped) {
        if (dropped instanceof Future<?> task) {
            task.cancel(false);
        }
    }

    /** Waits for the remaining views to be written. Returns whether the thread was interrupted. */
    private boolean awaitRemaining() {
        Future<?> written = flusherThread.submit(() -> {
            writeRemaining();
            return true;
        });
        try {
            written.get(config.closeMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "not all page views were written in time", e);
        }
        return false;
    }

    /** Waits for the flusher to end. Returns whether the thread was interrupted. */
    private boolean awaitFlusherThread() {
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ABORT_SECONDS);
        while (true) {
            try {
                if (!flusherThread.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.log(
                            Level.WARNING,
                            "the flusher thread still waits for the store; it writes nothing more, and ends when the store times out");
                }
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void writeRemaining() throws InterruptedException, ExecutionException {
        journal.stop().get();
        pending.close();
        while (!flusher.flush() && !flusher.isStoreClosed() && flusher.fenced() == null) {
            pacing.pause(config.retryMillis());
        }
        flusher.release();
    }

    private void closeJournal() {
        pending.close();
        List<Unwritten> unwritten = journal.isDurable() ? List.of() : pending.unwritten();
        long kept = journal.close(unwritten);
        long views = Math.max(
                pendingViews(), unwritten.stream().mapToLong(Unwritten::views).sum());
        if (journal.isDurable() ? false : kept < views) {
            LOG.log(
                    Level.ERROR,
                    "closed with %d page views unwritten and no journal to keep them".formatted(views - kept));
        } else if (views > 0) {
            LOG.log(Level.WARNING, "closed with %d page views unwritten; the next start writes them".formatted(views));
        }
    }

    /** Does now, and on the flusher's thread, what it does at each interval. For tests. */
    void runAtInterval() {
        try {
            flusherThread.submit(this::flushAtInterval).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void flushAtInterval() {
        try {
            flusher.flushAtInterval();
        } catch (Throwable e) {
            // An exception that escapes would silently end the schedule, and nothing would be written any more.
            LOG.log(Level.ERROR, "flushing page views failed unexpectedly; retrying at the next interval", e);
        } finally {
            if (!flusher.isBackingOff()) {
                earlyFlushQueued.set(false);
            }
        }
    }

    private static ScheduledExecutorService newFlusherThread() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "doorbuster-pvpool-flusher");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        return executor;
    }

    /** Waits. A simulation replaces it. */
    interface Pacing {
        void pause(long millis) throws InterruptedException;
    }

    /** Receives what the journal reports. */
    private final class JournalListener implements ViewJournal.Listener {

        private final IdempotencyKeys keys;

        JournalListener(IdempotencyKeys keys) {
            this.keys = keys;
        }

        @Override
        public void nextSegment(Segment next) {
            pending.nextSegment(next, next.createdAtMillis() != 0);
        }

        @Override
        public void segmentSealed(Segment segment) {
            pending.seal(segment);
        }

        @Override
        public long idempotencyMillis() {
            return TimeUnit.SECONDS.toMillis(config.idempotencySeconds());
        }

        @Override
        public void keyRecovered(Views views, long acceptedAtMillis) {
            keys.recover(views, acceptedAtMillis);
        }
    }

    /** Builds a pool. Not safe for use by several threads. */
    public static final class Builder {

        private PvPoolConfig config = PvPoolConfig.builder().build();
        private @Nullable PvStore store;
        private ViewJournal journal = ViewJournal.none();
        private LongSupplier nanoClock = System::nanoTime;
        private Clock clock = Clock.systemUTC();
        private Pacing pacing = TimeUnit.MILLISECONDS::sleep;
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        private Supplier<String> token = NoJournal::newId;
        private Supplier<ScheduledExecutorService> flusherThread = PvPool::newFlusherThread;

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
         * @throws UncheckedIOException if the journal cannot be used, or if another process lives on a copy of its
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
                    pool.flusherThread.shutdownNow();
                    pool.journal.close(List.of());
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
    }
}
