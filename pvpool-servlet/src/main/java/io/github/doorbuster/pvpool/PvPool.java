package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.SegmentCounts;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Folds page views per item and adds them to a store every so often, each exactly once.
 *
 * <p>Intake never waits for the store. When the store is slow or away, views wait here, up to
 * {@link PvPoolConfig#maxPendingItems}; beyond it they are rejected. Safe for any number of threads.
 */
public final class PvPool implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PvPool.class.getName());
    private static final int READ_ATTEMPTS = 4;
    private static final int ABORT_SECONDS = 2;

    private final PvPoolConfig config;
    private final PvStore store;
    private final ViewJournal journal;
    private final PendingViews pending;
    private final Intake intake;
    private final FlushStats stats;
    private final Flusher flusher;
    private final ScheduledExecutorService thread;
    private final Semaphore reads;
    private final AtomicBoolean early = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private PvPool(Builder builder, PvStore store, ScheduledExecutorService thread) {
        this.config = builder.config;
        this.store = store;
        this.journal = builder.journal;
        this.thread = thread;
        this.reads = new Semaphore(config.maxReads());
        this.pending = new PendingViews(config.slots(), config.chunkRows(), config.maxPendingItems());
        this.intake = new Intake(
                pending,
                journal,
                new IdempotencyKeys(
                        Duration.ofSeconds(config.idempotencySeconds()), config.maxIdempotencyKeys(), builder.clock));
        this.stats = new FlushStats(builder.clock);
        Backoff backoff = new Backoff(
                config.retryMillis(),
                config.maxRetryMillis(),
                builder.nanoClock,
                () -> ThreadLocalRandom.current().nextDouble());
        this.flusher = new Flusher(pending, journal, store, stats, backoff, builder.nanoClock);
    }

    /**
     * Starts from the default configuration and no journal.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private void start() throws IOException {
        List<SegmentCounts> left = journal.start(new Listener());
        for (SegmentCounts saved : left) {
            pending.restore(saved);
            intake.recovered(saved);
        }
        if (!left.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "took over %d page views in %d segments of an earlier process"
                            .formatted(intake.recoveredViews(), left.size()));
        }
        thread.scheduleWithFixedDelay(this::tick, config.flushMillis(), config.flushMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Accepts views, all of a request or none.
     *
     * @param views what was looked at
     * @return done with the number of views once they are safe; fails with {@link RejectedException} if none of them
     *     was accepted
     */
    public CompletionStage<Integer> add(Views views) {
        CompletableFuture<Integer> accepted = intake.add(views);
        if (pending.items() >= config.flushItems() && early.compareAndSet(false, true)) {
            try {
                thread.execute(this::tick);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "closing, so nothing is flushed early", e);
            }
        }
        return accepted;
    }

    /**
     * Reads counts: what the store has and what this pool has accepted and not yet written, each view once.
     *
     * @param ids the items, each passing {@link ItemId#isValid}
     * @return views per item, 0 for one never seen
     * @throws StoreException if the store does not answer
     */
    public Map<String, Long> counts(Collection<String> ids) throws StoreException {
        if (!reads.tryAcquire()) {
            throw new StoreException("maxReads=%d reads are under way; ask again later".formatted(config.maxReads()));
        }
        try {
            for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
                PendingSnapshot view = pending.view(ids);
                StoredCounts stored = store.read(ids, view.segments());
                if (pending.isCurrent(view) && view.isSettledBy(stored)) {
                    return view.addedTo(stored, ids);
                }
            }
            throw new StoreException("the store takes longer to read than a flush interval; ask again later");
        } finally {
            reads.release();
        }
    }

    /**
     * Writes everything accepted so far, now.
     *
     * @return true if all of it is in the store; false if some waits for another attempt
     * @throws InterruptedException if interrupted while waiting
     */
    public boolean flush() throws InterruptedException {
        try {
            return thread.submit(flusher::flush).get();
        } catch (RejectedExecutionException e) {
            return false; // closed, and close has written what it could
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * The pool's numbers now.
     *
     * @return an immutable copy
     */
    public PvPoolSnapshot snapshot() {
        return stats.snapshot(intake, pending, journal.snapshot());
    }

    /**
     * The configuration in force.
     *
     * @return never changes
     */
    public PvPoolConfig config() {
        return config;
    }

    /**
     * Rejects further views, writes what is left for at most {@code closeMillis}, and leaves the rest to the journal.
     * What remains without a journal is lost, and logged as an error. Further calls do nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        intake.close();
        Future<?> last = thread.submit(() -> {
            writeRest();
            return true;
        });
        try {
            last.get(config.closeMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "not everything was written in time", e);
        }
        thread.shutdownNow();
        store.abort();
        awaitThread();
        leaveRest();
    }

    private void awaitThread() {
        try {
            if (!thread.awaitTermination(ABORT_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the flusher still waits for the store; it ends with the store's timeout");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeRest() throws InterruptedException, ExecutionException {
        journal.stop().get();
        pending.close();
        while (!flusher.flush()) {
            TimeUnit.MILLISECONDS.sleep(config.retryMillis());
        }
    }

    private void leaveRest() {
        List<Batch> left = pending.batches();
        int kept = journal.close(left.stream().map(Batch::unwritten).toList());
        long views = left.stream().mapToLong(Batch::unwrittenViews).sum();
        if (kept < left.size()) {
            LOG.log(Level.ERROR, "closed with %d page views unwritten and no journal to keep them".formatted(views));
        } else if (kept > 0) {
            LOG.log(Level.WARNING, "closed with %d page views unwritten; the next start writes them".formatted(views));
        }
    }

    private void tick() {
        try {
            flusher.tick();
        } catch (Throwable e) {
            // an escaping exception would silently end the schedule, and with it all writing
            LOG.log(Level.ERROR, "flushing page views failed unexpectedly; it goes on at the next interval", e);
        } finally {
            if (!flusher.isResting()) {
                early.set(false);
            }
        }
    }

    private static ScheduledExecutorService newThread() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "doorbuster-pvpool-flusher");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        return executor;
    }

    /** What the journal tells the pool. */
    private final class Listener implements ViewJournal.Listener {

        @Override
        public String nextSegment() {
            return pending.nextSegment();
        }

        @Override
        public void sealed(String segment) {
            pending.seal(segment);
        }

        @Override
        public int chunkRows() {
            return config.chunkRows();
        }

        @Override
        public long idempotencyMillis() {
            return TimeUnit.SECONDS.toMillis(config.idempotencySeconds());
        }

        @Override
        public void accepted(Views views, long acceptedAtMillis) {
            intake.acceptedBefore(views, acceptedAtMillis);
        }
    }

    /** Puts a pool together. */
    public static final class Builder {

        private PvPoolConfig config = PvPoolConfig.builder().build();
        private @Nullable PvStore store;
        private ViewJournal journal = ViewJournal.none();
        private LongSupplier nanoClock = System::nanoTime;
        private Clock clock = Clock.systemUTC();
        private @Nullable ScheduledExecutorService thread;

        private Builder() {}

        /**
         * Sets the store; required.
         *
         * @param store where counts are added up; stays open when the pool closes
         * @return this builder
         */
        public Builder store(PvStore store) {
            this.store = store;
            return this;
        }

        /**
         * Sets the configuration.
         *
         * @param config how to fold, write and reject
         * @return this builder
         */
        public Builder config(PvPoolConfig config) {
            this.config = config;
            return this;
        }

        /**
         * Sets the journal.
         *
         * @param journal what makes views outlive the process; closed with the pool
         * @return this builder
         */
        public Builder journal(ViewJournal journal) {
            this.journal = journal;
            return this;
        }

        Builder clocks(LongSupplier nanoClock, Clock clock) {
            this.nanoClock = nanoClock;
            this.clock = clock;
            return this;
        }

        Builder thread(ScheduledExecutorService thread) {
            this.thread = thread;
            return this;
        }

        /**
         * Starts the pool.
         *
         * @return a pool that writes at each interval until it is closed
         * @throws NullPointerException if no store was set
         * @throws UncheckedIOException if the journal cannot be used
         */
        public PvPool build() {
            Objects.requireNonNull(store, "store: must be set; where are the counts to be added up?");
            PvPool pool = new PvPool(this, store, thread == null ? newThread() : thread);
            try {
                pool.start();
            } catch (IOException e) {
                pool.thread.shutdownNow();
                throw new UncheckedIOException(e.getMessage(), e);
            }
            return pool;
        }
    }
}
