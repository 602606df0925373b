package io.github.doorbuster.pvpool;

/** Reports that another process owns a journal of this pool, which must therefore write nothing more. */
final class FencedException extends Exception {

    private static final long serialVersionUID = 1L;

    FencedException(LedgerRow row) {
        super(
                ("another process owns the journal %s (owner %s, epoch %d): it runs on a copy of this pool's folder, or took"
                                + " over the journal; this pool writes nothing more, rejects views and keeps its segments. Stop one"
                                + " of the two and start the other again; to continue with this one, start it with takeOver=true")
                        .formatted(row.journal(), row.owner(), row.epoch()));
    }
}
