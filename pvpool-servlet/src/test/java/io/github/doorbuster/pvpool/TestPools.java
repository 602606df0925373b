package io.github.doorbuster.pvpool;

import java.time.Clock;

/** Lets tests of other packages set what is not for users. */
public final class TestPools {

    private TestPools() {}

    public static PvPool.Builder builder(Clock clock) {
        return PvPool.builder().clocks(System::nanoTime, clock);
    }
}
