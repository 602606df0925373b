package io.github.doorbuster.buylock;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a purchase may enter the queue of its item, and is told how each granted purchase ended. Many threads
 * call it concurrently, without a lock. It must neither block nor throw.
 */
interface Admission {

    /** Admits every purchase. */
    Admission ALL = new Admission() {
        @Override
        public RejectedException.@Nullable Reason check(String itemId, long now) {
            return null;
        }

        @Override
        public void ended(Grant grant, Grant.Outcome outcome, long now) {}
    };

    /** {@return an admission that combines several: each may reject a purchase, and each is told of the end} */
    static Admission allOf(Admission... admissions) {
        return new Admission() {
            @Override
            public RejectedException.@Nullable Reason check(String itemId, long now) {
                for (Admission each : admissions) {
                    RejectedException.Reason reason = each.check(itemId, now);
                    if (reason != null) {
                        return reason;
                    }
                }
                return null;
            }

            @Override
            public void ended(Grant grant, Grant.Outcome outcome, long now) {
                for (Admission each : admissions) {
                    each.ended(grant, outcome, now);
                }
            }

            @Override
            public void sawMark(String itemId, @Nullable String mark) {
                for (Admission each : admissions) {
                    each.sawMark(itemId, mark);
                }
            }
        };
    }

    /** {@return why the purchase is rejected before it enters the queue, or null if it is admitted} */
    RejectedException.@Nullable Reason check(String itemId, long now);

    /** A granted purchase has ended. */
    void ended(Grant grant, Grant.Outcome outcome, long now);

    /** The store was asked for the lease of an item, and has returned its mark, or null if there is none. */
    default void sawMark(String itemId, @Nullable String mark) {}
}
