package io.github.doorbuster.buylock;

/** Completes the future of a purchase that was not let through; carries no stack trace, since a rush throws many. */
public final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    private final Rejection reason;

    RejectedException(Rejection reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    /**
     * Returns why.
     *
     * @return the reason
     */
    public Rejection reason() {
        return reason;
    }
}
