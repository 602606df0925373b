package io.github.doorbuster.buylock.spring;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.StoreFailurePolicy;
import io.github.doorbuster.buylock.StoreStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of a lock. A store that is down makes it {@code DOWN} only if purchases are then rejected; otherwise
 * {@code whenStoreFails} covers it.
 */
record StoreHealth(String status, Map<String, Object> details) {

    static StoreHealth of(BuyLock lock) {
        StoreStatus store = lock.snapshot().store();
        StoreFailurePolicy policy = lock.config().whenStoreFails();
        boolean rejecting = store.state() == StoreStatus.State.DOWN && policy == StoreFailurePolicy.REJECT;
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("store", store.state().name());
        details.put("servers", store.servers());
        details.put("whenStoreFails", policy.name());
        return new StoreHealth(rejecting ? "DOWN" : "UP", details);
    }
}
