package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that does what another one does. */
class DelegatingStore implements LockStore {

    private final LockStore store;

    DelegatingStore(LockStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Boolean> acquire(Lease lease) {
        return store.acquire(lease);
    }

    @Override
    public CompletionStage<Boolean> replace(Lease held, Lease next) {
        return store.replace(held, next);
    }

    @Override
    public CompletionStage<Boolean> takeOver(KeyState seen, Lease next) {
        return store.takeOver(seen, next);
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        return store.release(lease);
    }

    @Override
    public CompletionStage<KeyState> read(String key, @Nullable String line) {
        return store.read(key, line);
    }

    @Override
    public CompletionStage<Long> takeTicket(String key, String line, long first) {
        return store.takeTicket(key, line, first);
    }

    @Override
    public CompletionStage<Void> mark(String key, String mark, Duration duration) {
        return store.mark(key, mark, duration);
    }

    @Override
    public CompletionStage<Map<String, String>> marks(Collection<String> keys) {
        return store.marks(keys);
    }

    @Override
    public long markGeneration() {
        return store.markGeneration();
    }

    @Override
    public StoreStatus status() {
        return store.status();
    }

    @Override
    public void close() {
        store.close();
    }
}
