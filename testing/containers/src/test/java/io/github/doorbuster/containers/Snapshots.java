package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.BuyLockSnapshot;
import jakarta.servlet.ServletContext;
import java.util.Objects;
import java.util.function.Supplier;

/** Snapshots that the kit publishes in a servlet context. */
final class Snapshots {

    private Snapshots() {}

    static BuyLockSnapshot buyLock(ServletContext context) {
        return buyLock(context, "buylock");
    }

    static BuyLockSnapshot buyLock(ServletContext context, String section) {
        Supplier<?> snapshot = (Supplier<?>) context.getAttribute("stats." + section);
        return (BuyLockSnapshot) Objects.requireNonNull(snapshot, section).get();
    }
}
