package io.github.doorbuster.buylock.spring;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.StoreFailurePolicy;
import io.github.doorbuster.buylock.StoreStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of a lock. If the store is down, the health is {@code DOWN} only if {@code whenStoreFails} is
 * {@code REJECT}. With the other policies, purchases go on.
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
