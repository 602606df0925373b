package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.buylock.servlet.InPlaceFilter;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;

/** The same life cycles where requests wait on their threads, with a filter that is not mapped to ASYNC. */
@OnEveryContainer
class BuyLockLifecycleInPlaceIT extends BuyLockLifecycleIT {

    BuyLockLifecycleInPlaceIT(ContainerVersion version) {
        super(version);
    }

    @Override
    BuyLockFilter newFilter(BuyLock lock) {
        return InPlaceFilter.of(lock);
    }

    @Override
    boolean waitsInPlace() {
        return true;
    }

    @Override
    EnumSet<DispatcherType> dispatches() {
        return EnumSet.of(DispatcherType.REQUEST);
    }
}
