package io.github.doorbuster.buylock;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The queues of the items that are in use on this node. A queue is removed as soon as it is empty. */
final class ItemQueues {

    private final ConcurrentHashMap<String, ItemQueue> queues = new ConcurrentHashMap<>();
    private final CountDownLatch allRetired = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    @Nullable
    ItemQueue find(String itemId) {
        return queues.get(itemId);
    }

    ItemQueue findOrAdd(String itemId, QueueContext context) {
        return queues.computeIfAbsent(itemId, id -> new ItemQueue(id, context));
    }

    /** {@return a live view of the items in use} */
    Set<String> items() {
        return queues.keySet();
    }

    int size() {
        return queues.size();
    }

    /** Renews the leases and ends what has lasted too long, where that is due. */
    void tick() {
        queues.values().forEach(ItemQueue::tick);
    }

    /** Rejects the purchases that wait for an item. */
    void rejectWaiting(String itemId, RejectedException.Reason reason) {
        ItemQueue queue = queues.get(itemId);
        if (queue != null) {
            queue.rejectAll(reason);
        }
    }

    void onRetired(ItemQueue queue) {
        queues.remove(queue.itemId(), queue);
        if (closed.get() && queues.isEmpty()) {
            allRetired.countDown();
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Rejects the purchases that wait; returns false if that was done before. */
    boolean startClosing() {
        boolean first = closed.compareAndSet(false, true);
        if (first) {
            queues.values().forEach(ItemQueue::close);
        }
        return first;
    }

    /**
     * Gives the purchases in progress some time to end, then releases every lease, and waits for that for some time.
     */
    void awaitRetired(long purchaseEndNanos, long releaseNanos) {
        if (!awaitAllRetired(purchaseEndNanos)) {
            queues.values().forEach(ItemQueue::forceRelease);
            awaitAllRetired(releaseNanos);
        }
    }

    private boolean awaitAllRetired(long nanos) {
        if (queues.isEmpty()) {
            return true;
        }
        try {
            return allRetired.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
