package io.github.doorbuster.demo.rush;

import java.util.OptionalLong;

/**
 * What came of one sale.
 *
 * @param setting which parts of the kit were on
 * @param seconds how long it ran
 * @param stock what there was to sell of the hot item
 * @param left what is left of it afterwards, as the shop says
 * @param sold purchases answered 200
 * @param soldOut purchases answered 409
 * @param refused purchases answered 503
 * @param failed purchases answered otherwise, or not at all
 * @param purchaseP50Millis half of the purchases were answered within this time
 * @param purchaseP95Millis 95 of 100 purchases were
 * @param purchaseP99Millis 99 of 100 purchases were
 * @param viewsAccepted views answered 202
 * @param viewsUnanswered views that may count or not: no answer came
 * @param viewsCounted how many views the shop has counted since the sale began
 * @param viewP99Millis 99 of 100 requests with views were answered within this time
 * @param viewStatements statements the database was sent for the views, if the server tells
 * @param longestRowLockQueue most transactions seen waiting for a row lock at once, if the database tells
 */
record SaleResult(
        String setting,
        double seconds,
        long stock,
        long left,
        long sold,
        long soldOut,
        long refused,
        long failed,
        double purchaseP50Millis,
        double purchaseP95Millis,
        double purchaseP99Millis,
        long viewsAccepted,
        long viewsUnanswered,
        long viewsCounted,
        double viewP99Millis,
        OptionalLong viewStatements,
        OptionalLong longestRowLockQueue) {

    /** How many were sold that were not there, or are gone without having been sold. */
    long oversold() {
        return Math.max(0, Math.max(sold - stock, -left));
    }

    long viewsLost() {
        return Math.max(0, viewsAccepted - viewsCounted);
    }

    long viewsCountedTwice() {
        return Math.max(0, viewsCounted - viewsAccepted - viewsUnanswered);
    }

    boolean isExact() {
        return oversold() == 0 && viewsLost() == 0 && viewsCountedTwice() == 0;
    }
}
