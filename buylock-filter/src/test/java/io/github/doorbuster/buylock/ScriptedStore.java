package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store that records its calls, and can fail, delay its replies, or let another node hold a key. */
final class ScriptedStore implements LockStore {

    final List<String> calls = new ArrayList<>();
    final Map<String, String> owners = new HashMap<>();
    final Map<String, String> marks = new HashMap<>();
    private long markGeneration;
    private final List<Runnable> delayedReplies = new ArrayList<>();
    boolean down;
    boolean delaysReplies;
    boolean anotherNodeWaits;

    void takenByAnotherNode(String key) {
        owners.put(key, "another");
    }

    void freedByAnotherNode(String key) {
        owners.remove(key);
    }

    /** Sends the delayed replies. */
    void reply() {
        List<Runnable> replies = List.copyOf(delayedReplies);
        delayedReplies.clear();
        replies.forEach(Runnable::run);
    }

    long count(String operation) {
        return calls.stream().filter(operation::equals).count();
    }

    @Override
    public CompletionStage<Boolean> acquire(Lease lease) {
        return call("acquire", () -> owners.putIfAbsent(lease.key(), lease.token()) == null);
    }

    @Override
    public CompletionStage<Boolean> replace(Lease held, Lease next) {
        String operation = held.token().equals(next.token()) ? "renew" : "handOver";
        return call(operation, () -> owners.replace(held.key(), held.token(), next.token()));
    }

    @Override
    public CompletionStage<Boolean> takeOver(KeyState seen, Lease next) {
        return call("takeOver", () -> owners.replace(next.key(), String.valueOf(seen.token()), next.token()));
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        return call("release", () -> owners.remove(lease.key(), lease.token()));
    }

    @Override
    public CompletionStage<KeyState> read(String key, @Nullable String line) {
        return call(
                "read",
                () -> new KeyState(
                        owners.get(key), "", line != null && anotherNodeWaits ? 1 : 0, marks.get(key), null));
    }

    @Override
    public CompletionStage<Long> takeTicket(String key, String line, long first) {
        return call("takeTicket", () -> 2L);
    }

    @Override
    public CompletionStage<Void> mark(String key, String mark, Duration duration) {
        return call("mark", () -> {
            marks.put(key, mark);
            markGeneration++;
            return null;
        });
    }

    @Override
    public CompletionStage<Map<String, String>> marks(Collection<String> keys) {
        return call("marks", () -> {
            Map<String, String> found = new HashMap<>();
            keys.stream().filter(marks::containsKey).forEach(key -> found.put(key, marks.get(key)));
            return found;
        });
    }

    @Override
    public long markGeneration() {
        return markGeneration;
    }

    private <T> CompletionStage<T> call(String operation, Supplier<T> result) {
        calls.add(operation);
        CompletableFuture<T> reply = new CompletableFuture<>();
        Runnable replying = () -> {
            if (down) {
                reply.completeExceptionally(new IllegalStateException("down"));
            } else {
                reply.complete(result.get());
            }
        };
        if (delaysReplies) {
            delayedReplies.add(replying);
        } else {
            replying.run();
        }
        return reply;
    }

    @Override
    public StoreStatus status() {
        return new StoreStatus(down ? StoreStatus.State.DOWN : StoreStatus.State.UP, Map.of(), calls.size(), 0, 0, 0);
    }

    @Override
    public void close() {}
}
