package io.github.doorbuster.pvpool;

/** Reports that an operation of a store failed, or that its outcome is unknown. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whether a retry is pointless. */
    private final boolean closed;

    /**
     * An exception of the store's client.
     *
     * @param message what was attempted and what happened
     */
    public StoreException(String message, Throwable cause) {
        this(message, cause, false);
    }

    StoreException(String message) {
        super(message);
        this.closed = false;
    }

    private StoreException(String message, Throwable cause, boolean closed) {
        super(message, cause);
        this.closed = closed;
    }

    /**
     * Reports that the application has closed a resource of the store, so that the pool need not try again when it
     * closes.
     *
     * @param message what was closed, and what to change
     */
    public static StoreException closed(String message, Throwable cause) {
        return new StoreException(message, cause, true);
    }

    /** {@return whether the application has closed a resource of the store, so that every further attempt fails} */
    public boolean isClosed() {
        return closed;
    }
}
