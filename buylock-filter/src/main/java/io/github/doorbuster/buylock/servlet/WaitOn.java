package io.github.doorbuster.buylock.servlet;

/** Where a purchase waits while its item is taken. */
public enum WaitOn {

    /** On its thread if that is a virtual thread, otherwise as {@link #ASYNC}. */
    AUTO,

    /**
     * Nowhere: the request is suspended, and dispatched again when it is granted. Needs {@code async-supported} and a
     * mapping to the dispatcher type {@code ASYNC}.
     */
    ASYNC,

    /**
     * On its virtual thread (Java 21 and later), and continues in the same call: filters before this one see the
     * request once, and the filter needs neither {@code async-supported} nor a mapping to {@code ASYNC}. On a platform
     * thread, a purchase tries once, and gets 503 if its item is taken.
     */
    THREAD
}
