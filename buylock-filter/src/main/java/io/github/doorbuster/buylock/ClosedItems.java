package io.github.doorbuster.buylock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The items that are sold out, or that the application has closed or paused. Their purchases are rejected before they
 * reach the queue and the store.
 *
 * <p>An item that is sold out stays closed for {@code soldOutSeconds}. Then its purchases queue again, and the first of
 * them reaches the application. If the item is still sold out, it closes again, and all purchases behind are rejected.
 *
 * <p>Nodes share this by a mark beside the lease. A node that waits for the lease reads the mark with it; the others
 * read it soon after {@link LockStore#markGeneration} has changed. A mark has the generation of its item, which grows
 * each time the item is opened, so that a purchase which began before an item was opened cannot close it again on any
 * node.
 */
final class ClosedItems implements Admission {

    static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    static final int MAX_ITEMS = 10_000;

    private static final Duration MIN_CLOSED = Duration.ofSeconds(1);
    /** memcached reads a longer duration as a date. */
    private static final Duration MAX_CLOSED = Duration.ofDays(30);

    /** For how long nodes remember that an item was opened: longer than a purchase lasts. */
    private static final Duration REMEMBER_OPENED = Duration.ofMinutes(1);
    /** Marks are read every {@link #CHECK_NANOS}; this allows for delays. */
    private static final long MARK_VALID_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String keyPrefix;
    private final Duration soldOutTime;
    private final LockStore store;
    private final Scheduler scheduler;
    private final Consumer<String> onClosed;

    private final ConcurrentHashMap<String, ItemSale> items = new ConcurrentHashMap<>();
    private final LongAdder overflows = new LongAdder();
    private volatile long markGeneration;

    /**
     * Creates an empty set.
     *
     * @param onClosed answers those who wait for an item; may be called more than once
     */
    ClosedItems(BuyLockConfig config, LockStore store, Scheduler scheduler, Consumer<String> onClosed) {
        this.keyPrefix = config.keyPrefix();
        this.soldOutTime = Duration.ofSeconds(config.soldOutSeconds());
        this.store = store;
        this.scheduler = scheduler;
        this.onClosed = onClosed;
    }

    @Override
    public RejectedException.@Nullable Reason check(String itemId, long now) {
        ItemSale sale = find(itemId);
        return sale == null ? null : sale.reason(now);
    }

    @Override
    public void ended(Grant grant, Grant.Outcome outcome, long now) {
        if (grant.isSoldOut()) {
            soldOut(grant.itemId(), grant.grantedAt(), now);
        }
    }

    @Override
    public void sawMark(String itemId, @Nullable String mark) {
        learn(itemId, SaleMark.parse(mark));
    }

    private void soldOut(String itemId, long since, long now) {
        ItemSale sale = update(
                itemId, known -> known.wasOpenedAfter(since) ? known : known.closedUntil(now + soldOutTime.toNanos()));
        if (sale != null && sale.isClosed(now)) {
            // The other nodes first: rejecting a long line here takes longer.
            readMark(itemId, mark -> {
                // A mark that is there already may last longer.
                long last = mark == null ? -1 : mark.generation();
                if (last > sale.generation() || (mark != null && mark.closed() && last == sale.generation())) {
                    learn(itemId, mark);
                } else {
                    store.mark(key(itemId), new SaleMark(SaleState.CLOSED, sale.generation()).toString(), soldOutTime);
                }
            });
            onClosed.accept(itemId);
        }
    }

    /** Closes an item on every node, for the application. */
    void close(String itemId, Duration duration) {
        long until = scheduler.now() + duration.toNanos();
        tell(SaleState.CLOSED, itemId, duration, known -> known.closed(until));
    }

    /** Pauses an item on every node, for the application. */
    void pause(String itemId, Duration duration) {
        long until = scheduler.now() + duration.toNanos();
        tell(SaleState.PAUSED, itemId, duration, known -> known.pausedUntil(until));
    }

    private void tell(SaleState state, String itemId, Duration duration, UnaryOperator<ItemSale> change) {
        if (duration.compareTo(MIN_CLOSED) < 0 || duration.compareTo(MAX_CLOSED) > 0) {
            throw new IllegalArgumentException(
                    "duration=%s: must be between %s and %s".formatted(duration, MIN_CLOSED, MAX_CLOSED));
        }
        ItemSale sale = update(itemId, change);
        if (sale != null) {
            onClosed.accept(itemId);
            readMark(itemId, mark -> {
                long generation = mark == null ? 0 : mark.generation();
                SaleMark closed = new SaleMark(state, Math.max(generation, sale.generation()));
                update(itemId, known -> known.learned(closed, scheduler.now(), MARK_VALID_NANOS));
                store.mark(key(itemId), closed.toString(), duration);
            });
        }
    }

    /** Opens an item: at once on this node, and on the others as soon as they read its mark. */
    void open(String itemId) {
        long now = scheduler.now();
        ItemSale sale = update(itemId, known -> known.opened(now, known.generation() + 1));
        readMark(itemId, mark -> {
            long generation = Math.max(sale == null ? 1 : sale.generation(), mark == null ? 1 : mark.generation() + 1);
            update(itemId, known -> known.opened(now, generation));
            store.mark(key(itemId), new SaleMark(SaleState.OPEN, generation).toString(), REMEMBER_OPENED);
        });
    }

    /**
     * Reads the mark of an item that this node does not use yet, if any item was marked lately. The store replies in
     * order, so the mark arrives before the lease that is requested next.
     */
    void lookUp(String itemId) {
        if (store.markGeneration() != 0) {
            readMarks(List.of(itemId));
        }
    }

    /**
     * Reads the marks of closed items, and those of all items in use if there are new marks. Call it every
     * {@link #CHECK_NANOS}.
     */
    void check(Collection<String> itemsInUse) {
        long now = scheduler.now();
        items.values().removeIf(sale -> sale.isOver(now, REMEMBER_OPENED.toNanos()));
        long generation = store.markGeneration();
        boolean newMarks = generation != markGeneration && generation != 0;
        markGeneration = generation;
        List<String> toRead = new ArrayList<>();
        items.forEach((itemId, sale) -> {
            if (sale.isClosed(now)) {
                toRead.add(itemId);
            }
        });
        if (newMarks) {
            itemsInUse.stream().filter(itemId -> !isClosed(itemId, now)).forEach(toRead::add);
        }
        if (!toRead.isEmpty()) {
            readMarks(toRead);
        }
    }

    boolean isClosed(String itemId, long now) {
        return check(itemId, now) != null;
    }

    SaleState state(String itemId, long now) {
        RejectedException.Reason reason = check(itemId, now);
        if (reason == null) {
            return SaleState.OPEN;
        }
        return reason == RejectedException.Reason.PAUSED ? SaleState.PAUSED : SaleState.CLOSED;
    }

    private @Nullable ItemSale find(String itemId) {
        return items.isEmpty() ? null : items.get(itemId);
    }

    /** {@return how many items are closed now} */
    int size() {
        long now = scheduler.now();
        return (int) items.values().stream().filter(sale -> sale.isClosed(now)).count();
    }

    /** {@return how often an item was not closed because {@link #MAX_ITEMS} are} */
    long overflows() {
        return overflows.sum();
    }

    private void readMark(String itemId, Consumer<@Nullable SaleMark> then) {
        String key = key(itemId);
        store.marks(List.of(key))
                .whenComplete((marks, failure) -> then.accept(SaleMark.parse(marks == null ? null : marks.get(key))));
    }

    private void readMarks(List<String> itemIds) {
        Map<String, String> keys = new HashMap<>();
        itemIds.forEach(itemId -> keys.put(key(itemId), itemId));
        store.marks(keys.keySet()).whenComplete((marks, failure) -> {
            if (marks != null) {
                keys.forEach((key, itemId) -> learn(itemId, SaleMark.parse(marks.get(key))));
            }
        });
    }

    private void learn(String itemId, @Nullable SaleMark mark) {
        long now = scheduler.now();
        if (mark == null) {
            items.computeIfPresent(itemId, (id, sale) -> sale.withoutMark());
            return;
        }
        ItemSale sale = update(itemId, known -> known.learned(mark, now, MARK_VALID_NANOS));
        if (sale == null) {
            return;
        }
        if (sale.isClosed(now)) {
            onClosed.accept(itemId);
        } else if (mark.closed()) {
            // A node that had not heard of the opening has closed the item.
            store.mark(key(itemId), new SaleMark(SaleState.OPEN, sale.generation()).toString(), REMEMBER_OPENED);
        }
    }

    /** Changes what is known of an item; returns null if there is no room for another item. */
    private @Nullable ItemSale update(String itemId, UnaryOperator<ItemSale> change) {
        return items.compute(itemId, (id, known) -> {
            if (known == null && items.mappingCount() >= MAX_ITEMS) {
                overflows.increment();
                return null;
            }
            return change.apply(known == null ? ItemSale.UNKNOWN : known);
        });
    }

    private String key(String itemId) {
        return ItemKey.of(keyPrefix, itemId);
    }
}
