package io.github.doorbuster.pvpool.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.ViewJournal.AppendCallback;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The tasks of the journal's thread, in order. Any thread adds tasks; one thread takes them. */
final class JournalQueue {

    private static final Logger LOG = System.getLogger(FileJournal.class.getName());

    @GuardedBy("this")
    private List<Task> tasks = new ArrayList<>();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean stopped;

    @GuardedBy("this")
    private boolean ended;

    /** Queues an append. Returns false if the queue has been stopped. */
    synchronized boolean append(Append append) {
        if (stopped) {
            return false;
        }
        bytes += append.length();
        add(append);
        return true;
    }

    /** Queues the end of the current segment. */
    synchronized Roll roll() {
        Roll roll = new Roll(new CompletableFuture<>());
        add(roll);
        return roll;
    }

    /** Rejects further appends. The barrier comes after all earlier ones. */
    synchronized Barrier stop() {
        stopped = true;
        Barrier barrier = new Barrier(new CompletableFuture<>());
        add(barrier);
        return barrier;
    }

    /** Ends the thread once the queue is empty. */
    synchronized void end() {
        stopped = true;
        ended = true;
        notifyAll();
    }

    @GuardedBy("this")
    private void add(Task task) {
        tasks.add(task);
        notifyAll();
    }

    /** The size of the appends that are queued or being written. */
    synchronized long bytes() {
        return bytes;
    }

    /** Records that appends are written or dropped. */
    synchronized void done(long doneBytes) {
        bytes -= doneBytes;
    }

    /** Waits for tasks. Returns none if the queue has ended. */
    synchronized List<Task> take() {
        while (tasks.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "the journal's thread ignores an interrupt", e);
            }
        }
        return takeNow();
    }

    /** The tasks that are queued now. */
    synchronized List<Task> takeNow() {
        List<Task> taken = tasks;
        tasks = new ArrayList<>();
        return taken;
    }

    /** A task of the journal's thread. */
    sealed interface Task permits Append, Roll, Barrier {}

    /** Appends a record. Its callback is called once. */
    static final class Append implements Task {

        private final byte[] body;
        private final int views;
        private final long keyMillis;
        private final AppendCallback callback;
        private boolean answered;

        /**
         * A record.
         *
         * @param views the number of ids in it
         * @param keyMillis when the request was accepted if it has an Idempotency-Key, otherwise 0
         */
        Append(byte[] body, int views, long keyMillis, AppendCallback callback) {
            this.body = body;
            this.views = views;
            this.keyMillis = keyMillis;
            this.callback = callback;
        }

        byte[] body() {
            return body;
        }

        int views() {
            return views;
        }

        long keyMillis() {
            return keyMillis;
        }

        boolean isAbandoned() {
            return callback.isAbandoned();
        }

        long length() {
            return (long) SegmentFormat.RECORD_BYTES + body.length;
        }

        void succeed() {
            callback.durable();
            answered = true;
        }

        void fail(RejectedException cause) {
            if (!answered) {
                answered = true;
                callback.failed(cause);
            }
        }
    }

    record Roll(CompletableFuture<@Nullable Void> done) implements Task {}

    record Barrier(CompletableFuture<@Nullable Void> done) implements Task {}
}
