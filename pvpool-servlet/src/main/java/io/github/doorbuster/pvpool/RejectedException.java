package io.github.doorbuster.pvpool;

/** Views that were not accepted; none of the request's views is counted because of this attempt. */
public final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The kind of limit or fault. */
    private final Reason reason;

    /**
     * Says why.
     *
     * @param reason the kind of limit or fault
     * @param message what happened and what to do
     */
    public RejectedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static RejectedException closed() {
        return new RejectedException(Reason.CLOSED, "the view pool is closing; ask another node");
    }

    /**
     * The kind of limit or fault.
     *
     * @return never null
     */
    public Reason reason() {
        return reason;
    }

    /** Why views are rejected. */
    public enum Reason {
        /** As many items wait to be written as {@code maxPendingItems} allows. */
        POOL_FULL,
        /** The journal has reached {@code journalMaxBytes}. */
        JOURNAL_FULL,
        /** The journal's disk rejected a write. */
        JOURNAL_FAILED,
        /** More Idempotency-Keys are remembered than {@code maxIdempotencyKeys} allows. */
        TOO_MANY_KEYS,
        /** The Idempotency-Key was used with other views. */
        KEY_REUSED,
        /** The pool is closing. */
        CLOSED
    }
}
