package io.github.doorbuster.pvpool;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Tells the threads that a test starts from those of tests that run at the same time. */
public final class OwnThreads {

    private final ThreadGroup group = new ThreadGroup("own");

    /** Calls code whose threads are counted, and those that they start. */
    public <T> T call(Callable<T> code) throws Exception {
        FutureTask<T> task = new FutureTask<>(code);
        new Thread(group, task, "caller").start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The names of the pool's threads that are alive. */
    public List<String> ofPool() {
        Thread[] threads = new Thread[group.activeCount() + 100];
        int count = group.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .map(Thread::getName)
                .filter(name -> name.startsWith("doorbuster-pvpool-"))
                .sorted()
                .toList();
    }
}
