package io.github.doorbuster.containers;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class Latches {

    private Latches() {}

    /** Waits, and fails where a test hangs instead of holding its container for ever. */
    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody opened the latch");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
