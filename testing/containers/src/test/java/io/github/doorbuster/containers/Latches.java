package io.github.doorbuster.containers;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class Latches {

    private Latches() {}

    /** Waits, and fails after a minute so that a failed test does not block its container. */
    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the latch was not opened within a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
