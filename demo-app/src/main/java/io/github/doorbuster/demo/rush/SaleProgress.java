package io.github.doorbuster.demo.rush;

/**
 * What the users of a sale have seen so far.
 *
 * @param sold purchases answered 200
 * @param soldOut purchases answered 409
 * @param rejected purchases answered 503
 * @param failed purchases with another status or no response
 * @param viewsAccepted views answered 202
 */
public record SaleProgress(
        double elapsedSeconds,
        long sold,
        long soldOut,
        long rejected,
        long failed,
        double purchaseP50Millis,
        double purchaseP99Millis,
        long viewsAccepted,
        double viewP99Millis) {}
