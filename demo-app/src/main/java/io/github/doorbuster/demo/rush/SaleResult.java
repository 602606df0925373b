package io.github.doorbuster.demo.rush;

import java.util.OptionalLong;

/**
 * The result of one sale.
 *
 * @param scenario the parts of the kit
 * @param stock of the hot item before the sale
 * @param left stock of the hot item after the sale, as the shop reports it
 * @param sold purchases answered 200
 * @param soldOut purchases answered 409
 * @param rejected purchases answered 503
 * @param failed purchases with another status or no response
 * @param viewsAccepted views answered 202
 * @param viewsUnanswered views without a response, which may be counted or not
 * @param viewsCounted views that the shop has counted during the sale
 * @param otherVisitors whether the shop has other visitors, whose views are counted too
 * @param viewStatements SQL statements for the views, if the server reports them
 * @param storeOperations operations of the lock on its store, if there is a lock
 * @param grants purchases of all items that the lock has let through, if there is a lock
 * @param everyoneElse what shoppers of other items experienced
 * @param end of the sale
 * @param longestRowLockQueue the most transactions seen waiting for row locks, if the database reports them
 */
record SaleResult(
        String scenario,
        double seconds,
        long stock,
        long left,
        long sold,
        long soldOut,
        long rejected,
        long failed,
        double purchaseP50Millis,
        double purchaseP95Millis,
        double purchaseP99Millis,
        long viewsAccepted,
        long viewsUnanswered,
        long viewsCounted,
        boolean otherVisitors,
        double viewP99Millis,
        OptionalLong viewStatements,
        OptionalLong storeOperations,
        OptionalLong grants,
        OptionalLong longestRowLockQueue,
        EveryoneElse everyoneElse,
        End end) {

    /** How long purchases of other items and requests of the list took, in milliseconds. */
    record EveryoneElse(
            double purchaseP50Millis, double purchaseP99Millis, double listP50Millis, double listP99Millis) {

        static final EveryoneElse NONE = new EveryoneElse(0, 0, 0, 0);
    }

    /**
     * The end of the sale.
     *
     * @param everybodyKnewMillis from the last sale until the last buyer was told that the item is sold out; empty if
     *     not everybody was told
     * @param purchasesForNothing purchases that reached the database and found the item sold out, if the shop tells
     */
    record End(OptionalLong everybodyKnewMillis, OptionalLong purchasesForNothing) {

        static final End NONE = new End(OptionalLong.empty(), OptionalLong.empty());
    }

    /** {@return how many more were sold than there were} */
    long oversold() {
        return Math.max(0, Math.max(sold - stock, -left));
    }

    long viewsLost() {
        return Math.max(0, viewsAccepted - viewsCounted);
    }

    /** {@return how many views were counted too often; empty if that cannot be told from the views of others} */
    OptionalLong viewsCountedTwice() {
        return otherVisitors
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, viewsCounted - viewsAccepted - viewsUnanswered));
    }

    boolean isExact() {
        return oversold() == 0 && viewsLost() == 0 && viewsCountedTwice().orElse(0) == 0;
    }
}
