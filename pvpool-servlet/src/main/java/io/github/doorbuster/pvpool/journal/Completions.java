package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.journal.JournalQueue.Append;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Reports to requests and pool what the journal's thread has done, in the order in which it was done. One thread of its
 * own counts the views and answers the requests, while the journal's thread writes the next group.
 */
final class Completions implements AutoCloseable {

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());

    private static final long CLOSE_SECONDS = 5;

    private final Executor executor;
    private final LongAdder failures = new LongAdder();
    private volatile boolean broken;

    private Completions(Executor executor) {
        this.executor = executor;
    }

    /** Reports on a thread of its own. */
    static Completions onThread() {
        // The queue is bounded by the journal's: a request that waits here is not answered yet.
        return new Completions(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            // A request may start it, and its thread-locals are not for the others.
            Thread thread = new Thread(null, task, "doorbuster-pvpool-answers", 0, false);
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** Reports on the thread of the caller, before it goes on. */
    static Completions direct() {
        return new Completions(Runnable::run);
    }

    /** The number of reports that failed. */
    long failures() {
        return failures.sum();
    }

    /** Whether the pool does not know what is in the journal any more, because a report to it has failed. */
    boolean isBroken() {
        return broken;
    }

    /** Counts the views of a group, which is durable, and answers its requests. */
    void succeed(List<Append> group) {
        executor.execute(() -> group.forEach(this::succeed));
    }

    private void succeed(Append append) {
        if (broken) {
            rejectNow(append, disagreement());
            return;
        }
        try {
            append.succeed();
        } catch (Throwable e) { // concerns one request, and must not end the thread
            failures.increment();
            LOG.log(Level.ERROR, "a request failed after its views were journaled", e);
            rejectNow(append, JournalWriter.rejection(e));
        }
    }

    private static RejectedException disagreement() {
        return JournalWriter.rejection(new IllegalStateException("the pool could not be told about a segment"));
    }

    void fail(Append append, RejectedException cause) {
        executor.execute(() -> rejectNow(append, cause));
    }

    private void rejectNow(Append append, RejectedException cause) {
        try {
            append.fail(cause);
        } catch (Throwable e) {
            failures.increment();
            LOG.log(Level.ERROR, "a request could not be answered", e);
        }
    }

    /** Completes when everything before is reported. */
    void complete(CompletableFuture<@Nullable Void> reported) {
        executor.execute(() -> reported.complete(null));
    }

    /** Completes when the pool knows of the segment that was sealed before. */
    void completeRoll(CompletableFuture<@Nullable Void> done) {
        executor.execute(() -> {
            if (broken) {
                done.completeExceptionally(disagreement());
            } else {
                done.complete(null);
            }
        });
    }

    void fail(CompletableFuture<@Nullable Void> done, Throwable cause) {
        executor.execute(() -> done.completeExceptionally(cause));
    }

    /** Tells the pool about a segment. If that fails, nothing more is reported. */
    void report(Runnable report) {
        executor.execute(() -> {
            if (broken) {
                return;
            }
            try {
                report.run();
            } catch (Throwable e) {
                broken = true;
                failures.increment();
                LOG.log(
                        Level.ERROR,
                        "the journal's thread has failed, page views are rejected; restart this application: " + e,
                        e);
            }
        });
    }

    /** Waits until everything is reported, and ends the thread. */
    @Override
    public void close() {
        if (executor instanceof ExecutorService thread) {
            thread.shutdown();
            try {
                if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.log(Level.WARNING, "a request still blocks the journal's answers");
                }
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "the journal's thread ignores an interrupt", e);
            }
        }
    }
}
