package io.github.doorbuster.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same work on many threads. */
public final class Parallel {

    /** The work of one thread, which gets its number. */
    @FunctionalInterface
    public interface Work {
        void run(int thread) throws Exception;
    }

    private Parallel() {}

    /** Runs the work on so many threads at once and waits for all; fails as the first one that failed. */
    public static void run(int threads, Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                running.add(executor.submit(() -> {
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
