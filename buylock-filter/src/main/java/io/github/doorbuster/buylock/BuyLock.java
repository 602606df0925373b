package io.github.doorbuster.buylock;

/** Stands for the core of this module while its parts are being written. */
public final class BuyLock {
    private BuyLock() {}
}
