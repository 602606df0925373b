package io.github.doorbuster.buylock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that records what it is asked, and can fail, hold back its answers, or favour another node. */
final class ScriptedStore implements LockStore {

    final List<String> asked = new ArrayList<>();
    final Map<String, String> owners = new HashMap<>();
    private final List<Runnable> heldBack = new ArrayList<>();
    boolean down;
    boolean holdsBack;
    boolean othersWait;

    /** Another node takes the key. */
    void takenByAnother(String key) {
        owners.put(key, "another");
    }

    void freedByAnother(String key) {
        owners.remove(key);
    }

    void answer() {
        List<Runnable> answers = List.copyOf(heldBack);
        heldBack.clear();
        answers.forEach(Runnable::run);
    }

    long count(String operation) {
        return asked.stream().filter(operation::equals).count();
    }

    @Override
    public CompletionStage<Boolean> acquire(Lease lease) {
        return reply("acquire", () -> owners.putIfAbsent(lease.key(), lease.token()) == null);
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease) {
        return reply("renew", () -> lease.token().equals(owners.get(lease.key())));
    }

    @Override
    public CompletionStage<Boolean> release(Lease lease) {
        return reply("release", () -> owners.remove(lease.key(), lease.token()));
    }

    @Override
    public CompletionStage<Void> announce(String key) {
        return reply("announce", () -> null);
    }

    @Override
    public CompletionStage<Boolean> announced(String key) {
        return reply("announced", () -> othersWait);
    }

    private <T> CompletionStage<T> reply(String operation, java.util.function.Supplier<T> answer) {
        asked.add(operation);
        CompletableFuture<T> reply = new CompletableFuture<>();
        Runnable answering = () -> {
            if (down) {
                reply.completeExceptionally(new IllegalStateException("down"));
            } else {
                reply.complete(answer.get());
            }
        };
        if (holdsBack) {
            heldBack.add(answering);
        } else {
            answering.run();
        }
        return reply;
    }

    @Override
    public StoreStatus status() {
        return new StoreStatus(down ? StoreStatus.State.DOWN : StoreStatus.State.UP, Map.of(), asked.size(), 0, 0, 0);
    }

    @Override
    public void close() {}
}
