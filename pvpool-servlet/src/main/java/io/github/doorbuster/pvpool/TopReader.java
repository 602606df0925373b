package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.TopItems.Item;
import io.github.doorbuster.pvpool.TopItems.Window;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Finds the items with the most views, once for many readers. */
final class TopReader {

    /** Lists of these sizes are computed; a request gets the beginning of one. */
    private static final int[] SIZES = {20, 100, TopItems.MAX_COUNT};

    private final PendingViews pending;
    private final HotItems hot;
    private final CountsReader reader;
    private final Buckets buckets;
    private final int cacheMillis;
    private final int maxReads;
    private final LongSupplier nanoClock;
    private final Clock clock;
    private final Shared<TopItems> hottest;
    private final Map<String, Shared<TopItems>> ofHours = new ConcurrentHashMap<>();

    TopReader(
            PendingViews pending,
            HotItems hot,
            CountsReader reader,
            Buckets buckets,
            int cacheMillis,
            int maxReads,
            LongSupplier nanoClock,
            Clock clock) {
        this.pending = pending;
        this.hot = hot;
        this.reader = reader;
        this.buckets = buckets;
        this.cacheMillis = cacheMillis;
        this.maxReads = maxReads;
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.hottest = new Shared<>(this::hottestNow, cacheMillis, maxReads, nanoClock);
    }

    TopItems top(Window window, int count) throws StoreException {
        Settings.requireRange("count", count, 1, TopItems.MAX_COUNT, "a page shows tens of items");
        if (window == Window.FIVE_MINUTES) {
            if (!hot.isOn()) {
                throw new IllegalArgumentException("window=%s: is not counted; set hotItems".formatted(window));
            }
            return hottest.get().first(count);
        }
        if (!buckets.widths().contains(Width.HOUR)) {
            throw new IllegalArgumentException("window=%s: is not counted; set buckets=hour".formatted(window));
        }
        int size = size(count);
        return ofHours.computeIfAbsent(
                        window + " " + size,
                        key -> new Shared<>(() -> topOfHours(window, size), cacheMillis, maxReads, nanoClock))
                .get()
                .first(count);
    }

    private static int size(int count) {
        for (int size : SIZES) {
            if (count <= size) {
                return size;
            }
        }
        return TopItems.MAX_COUNT;
    }

    private TopItems hottestNow() {
        pending.collect();
        return hot.top();
    }

    private TopItems topOfHours(Window window, int size) throws StoreException {
        Instant now = clock.instant();
        List<Bucket> hours = buckets.between(Width.HOUR.at(now.minus(window.duration()), buckets.zone()), now);
        Map<String, Long> sums = reader.top(hours, size);
        List<Item> items = new ArrayList<>(sums.size());
        sums.forEach((id, views) -> items.add(new Item(id, views, 0)));
        items.sort(HotItems.MOST_VIEWS_FIRST);
        return new TopItems(window, hours.get(0).start(), 0, items).first(size);
    }

    PvPoolSnapshot.@Nullable Hot snapshot() {
        if (!hot.isOn()) {
            return null;
        }
        try {
            return PvPoolSnapshot.Hot.of(hottest.get());
        } catch (StoreException e) {
            throw new IllegalStateException(e); // it is in memory
        }
    }
}
