package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.BuyLockSnapshot;
import jakarta.servlet.ServletContext;
import java.util.Objects;
import java.util.function.Supplier;

/** Snapshots that the kit publishes in a servlet context. */
final class Snapshots {

    private Snapshots() {}

    static BuyLockSnapshot buyLock(ServletContext context) {
        Supplier<?> section = (Supplier<?>) context.getAttribute("stats.buylock");
        return (BuyLockSnapshot)
                Objects.requireNonNull(section, "stats.buylock").get();
    }
}
