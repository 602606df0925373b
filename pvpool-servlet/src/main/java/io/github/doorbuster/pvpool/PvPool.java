package io.github.doorbuster.pvpool;

/** Stands for the core of this module while its parts are being written. */
public final class PvPool {
    private PvPool() {}
}
