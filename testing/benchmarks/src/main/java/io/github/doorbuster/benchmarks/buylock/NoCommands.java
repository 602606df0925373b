package io.github.doorbuster.benchmarks.buylock;

import jakarta.servlet.AsyncContext;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Sends nothing: another thread dispatches each request. So it costs what any filter does that suspends requests. */
final class NoCommands implements TwoCommands {

    private final ExecutorService other =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "Memcached IO that sends nothing"));

    @Override
    public void acquire(String key, AsyncContext request) {
        other.execute(request::dispatch);
    }

    @Override
    public void release(String key) {}

    @Override
    public void close() {
        other.shutdown();
    }
}
