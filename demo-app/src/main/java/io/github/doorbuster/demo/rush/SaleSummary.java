package io.github.doorbuster.demo.rush;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The result of a sale in a shop that also has other visitors: their purchases make {@code left} smaller, and their
 * views are counted too.
 *
 * @param stock of the hot item before the sale
 * @param left stock of the hot item after the sale
 * @param sold purchases answered 200
 * @param soldOut purchases answered 409
 * @param rejected purchases answered 503
 * @param failed purchases with another status or no response
 * @param oversold how many pieces were sold beyond the stock
 * @param viewsLost views that were accepted and not counted
 * @param viewStatements SQL statements for the views, if the server reports them
 * @param longestRowLockQueue the most transactions seen waiting for row locks, if the database tells
 */
public record SaleSummary(
        double seconds,
        long stock,
        long left,
        long sold,
        long soldOut,
        long rejected,
        long failed,
        double purchaseP50Millis,
        double purchaseP99Millis,
        long oversold,
        long viewsAccepted,
        long viewsLost,
        @Nullable Long viewStatements,
        @Nullable Long longestRowLockQueue) {

    static SaleSummary of(SaleResult result) {
        return new SaleSummary(
                result.seconds(),
                result.stock(),
                result.left(),
                result.sold(),
                result.soldOut(),
                result.rejected(),
                result.failed(),
                result.purchaseP50Millis(),
                result.purchaseP99Millis(),
                result.oversold(),
                result.viewsAccepted(),
                result.viewsLost(),
                orNull(result.viewStatements()),
                orNull(result.longestRowLockQueue()));
    }

    private static @Nullable Long orNull(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
