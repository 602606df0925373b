package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.TopItems.Window;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Finds the items with the most views, once for any number of readers. */
final class TopReader {

    private final PendingViews pending;
    private final HotItems hot;
    private final Shared<TopItems> hottest;

    TopReader(PendingViews pending, HotItems hot, int cacheMillis, LongSupplier nanoClock) {
        this.pending = pending;
        this.hot = hot;
        this.hottest = new Shared<>(this::hottestNow, cacheMillis, nanoClock);
    }

    TopItems top(Window window, int count) {
        Settings.requireRange("count", count, 1, TopItems.MAX_COUNT, "a page shows tens of items");
        if (!hot.isOn()) {
            throw new IllegalArgumentException("window=%s: is not counted; set hotItems".formatted(window));
        }
        return hottest.get().first(count);
    }

    private TopItems hottestNow() {
        pending.collect();
        return hot.top();
    }

    PvPoolSnapshot.@Nullable Hot snapshot() {
        return hot.isOn() ? PvPoolSnapshot.Hot.of(hottest.get()) : null;
    }
}
