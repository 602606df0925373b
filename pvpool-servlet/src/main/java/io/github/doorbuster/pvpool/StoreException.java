package io.github.doorbuster.pvpool;

/** A store did not do what it was asked, or did not say whether it did. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Wraps the cause.
     *
     * @param message what was tried and what happened
     * @param cause the client's exception
     */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    StoreException(String message) {
        super(message);
    }
}
