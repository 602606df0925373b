package io.github.doorbuster.pvpool.spring;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of a pool. While the database is down, views are accepted and kept, so the pool is {@code UP}, with the
 * last error as a detail. It is {@code DOWN} if it has no room for further views, or if it is fenced: another process
 * owns its journal, so this pool writes nothing more.
 */
record PoolHealth(String status, Map<String, Object> details) {

    static PoolHealth of(PvPool pool) {
        PvPoolSnapshot snapshot = pool.snapshot();
        boolean full = snapshot.pendingItems() >= pool.config().maxPendingItems();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("pendingViews", snapshot.pendingViews());
        details.put("pendingItems", snapshot.pendingItems());
        details.put("consecutiveFailures", snapshot.flush().consecutiveFailures());
        String lastError = snapshot.flush().lastError();
        if (snapshot.flush().consecutiveFailures() > 0 && lastError != null) {
            details.put("lastError", lastError);
        }
        details.put("fenced", snapshot.fenced());
        return new PoolHealth(full || snapshot.fenced() ? "DOWN" : "UP", details);
    }
}
