package io.github.doorbuster.pvpool;

/** Reports that an operation of a store failed, or that its outcome is unknown. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * An exception of the store's client.
     *
     * @param message what was attempted and what happened
     */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    StoreException(String message) {
        super(message);
    }
}
