package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.assertj.core.api.ThrowableAssertAlternative;

/** Builds pools for tests, and adds views to them. */
public final class TestPools {

    private static final int NEVER = 3_600_000;

    private TestPools() {}

    /** A builder with the clock of the test, which users cannot set. */
    public static PvPool.Builder builder(FakeClock clock) {
        return builder(clock::nanoTime, clock);
    }

    /** A builder with clocks of the test. */
    public static PvPool.Builder builder(LongSupplier nanoClock, Clock clock) {
        return PvPool.builder().clocks(nanoClock, clock);
    }

    /** A builder whose waits run code of the test. */
    public static PvPool.Builder builder(FakeClock clock, LongConsumerThatThrows pause) {
        return builder(clock).pacing(pause::accept);
    }

    /** Receives the milliseconds of a wait. */
    public interface LongConsumerThatThrows {
        void accept(long millis) throws InterruptedException;
    }

    /** A configuration whose pool writes only when the test flushes it. */
    public static PvPoolConfig.Builder flushedByHand() {
        return PvPoolConfig.builder().flushMillis(NEVER).flushItems(Integer.MAX_VALUE);
    }

    /** Does what the flusher does at each interval. */
    public static void flushAtInterval(PvPool pool) {
        pool.runAtInterval();
    }

    /** Adds one view of each id and waits until they are accepted. */
    public static int add(PvPool pool, String... ids) {
        return add(pool, List.of(ids));
    }

    public static int add(PvPool pool, List<String> ids) {
        return pool.add(new Views(ids)).toCompletableFuture().join();
    }

    /** Adds one view of each id on several threads, so that the slots get them. */
    public static void addInEverySlot(PvPool pool, int slots, List<String> ids) {
        for (int slot = 0; slot < slots; slot++) {
            // The ids of threads that are created one after the other differ by one, unless others are created
            // meanwhile.
            Thread thread = new Thread(() -> add(pool, ids));
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Adds the ids again and again. Returns how many views were accepted before the first request was rejected. */
    public static long addUntilRejected(PvPool pool, String... ids) {
        List<String> views = List.of(ids);
        for (long accepted = 0; ; accepted += ids.length) {
            try {
                add(pool, views);
            } catch (CompletionException e) {
                return accepted;
            }
        }
    }

    public static ThrowableAssertAlternative<?> assertRejected(Reason reason, PvPool pool, String... ids) {
        return assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> add(pool, ids))
                .havingCause()
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
