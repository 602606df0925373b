package io.github.doorbuster.pvpool;

/** Reports that the views of a request were not accepted. None of them is counted. */
public final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The limit or fault. */
    private final Reason reason;

    /**
     * Creates an exception without a stack trace, because there may be many rejected requests.
     *
     * @param message what happened, and what the client can do
     */
    public RejectedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static RejectedException closed() {
        return new RejectedException(Reason.CLOSED, "the view pool is closing; send the views to another node");
    }

    /** {@return why the views were rejected} */
    public Reason reason() {
        return reason;
    }

    /** Why views are rejected. */
    public enum Reason {
        /** As many items are pending as {@code maxPendingItems} allows. */
        POOL_FULL,
        /** The journal has reached {@code journalMaxBytes}. */
        JOURNAL_FULL,
        /** The journal's disk failed to write. */
        JOURNAL_FAILED,
        /** As many Idempotency-Keys are remembered as {@code maxIdempotencyKeys} allows. */
        TOO_MANY_KEYS,
        /** An id is not counted here: it does not match {@code idPattern}, or the application does not know it. */
        UNKNOWN_ID,
        /** The request comes from a page that {@code allowedOrigins} does not name. */
        ORIGIN_NOT_ALLOWED,
        /** The client has posted as many ids within a minute as {@code perClient} allows. */
        CLIENT_LIMIT,
        /** The Idempotency-Key has already been used with other views. */
        KEY_REUSED,
        /** The caller has cancelled the request before its views were written to the journal. */
        CANCELLED,
        /** Another process owns a journal of this pool. */
        FENCED,
        /** The pool is closing. */
        CLOSED
    }
}
