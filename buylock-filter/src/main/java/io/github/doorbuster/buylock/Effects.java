package io.github.doorbuster.buylock;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The actions of an item's state that run after its lock is released, in order. */
interface Effects {

    /** A timer that can be cancelled. */
    interface Timer {
        void cancel();
    }

    /** A call to the store. */
    interface StoreCall<T> {
        CompletionStage<T> start(LockStore store);
    }

    void add(Runnable effect);

    /** Calls the store. The result is an event of the item; it is null if the call has failed. */
    <T> void call(StoreCall<T> call, Consumer<@Nullable T> onResult);

    Grant newGrant(Grant.Scope scope, @Nullable Ownership ownership);

    /** The queue is empty and will not be used again. */
    void retired();

    /** Starts a timer, whose end is an event of the item. */
    Timer later(long delayNanos, Runnable event);
}
