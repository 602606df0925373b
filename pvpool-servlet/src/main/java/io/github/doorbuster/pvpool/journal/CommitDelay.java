package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.journal.JournalQueue.Task;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Lets more requests join a group under load, as {@code commit_delay} and {@code commit_siblings} of PostgreSQL do.
 * Used by the journal's thread alone.
 */
final class CommitDelay {

    /** The last group must have had so many tasks. */
    private static final int SIBLINGS = 5;

    /** So many tasks are a group without a delay. */
    private static final int ENOUGH = 16;

    private final long nanos;
    private final LongConsumer pause;
    private int last;

    CommitDelay(int micros, LongConsumer pause) {
        this.nanos = TimeUnit.MICROSECONDS.toNanos(micros);
        this.pause = pause;
    }

    /** Waits under load for some tasks, otherwise for one. Returns none if the queue has ended. */
    List<Task> take(JournalQueue queue) {
        if (nanos > 0 && last >= SIBLINGS && queue.size() < ENOUGH) {
            pause.accept(nanos); // before the first one, because that would only wake this thread once more
        }
        List<Task> taken = queue.take();
        last = taken.size();
        return taken;
    }
}
