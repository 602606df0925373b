package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error in the middle of a request leaves neither the request in flight nor a stripe locked. */
class ErrorInRequestTest {

    /** More than all stripes, so that requests use both kinds. */
    private static final int ERRORS = 50;

    private final AtomicLong nanos = new AtomicLong();
    private boolean failing;

    private long nanoTime() {
        if (failing) {
            throw new StackOverflowError("intended");
        }
        return nanos.get();
    }

    private HttpStats stats(int samplingFactor, ThreadFactory threads) {
        HttpStatsConfig config =
                HttpStatsConfig.builder().samplingFactor(samplingFactor).build();
        return new HttpStats(config, this::nanoTime, Clock.systemUTC(), 2, threads);
    }

    private static void assertNothingIsLeft(HttpStats stats) {
        assertThat(stats.snapshot().inFlight().now()).isZero();
        for (int i = 0; i < stats.stripes().size(); i++) {
            Stripe stripe = stats.stripes().get(i);
            assertThat(stripe.tryLockBound(Thread.currentThread()) || stripe.tryLock())
                    .as("stripe %d", i)
                    .isTrue();
        }
    }

    @Test
    void anErrorOfTheClockWhenARequestBegins() {
        HttpStats stats = stats(1, work -> null);
        failing = true;
        for (int i = 0; i < ERRORS; i++) {
            assertThatThrownBy(stats::begin).isInstanceOf(StackOverflowError.class);
        }

        failing = false;
        assertNothingIsLeft(stats);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorOfTheClockWhenARequestEnds(boolean discarded) {
        HttpStats stats = stats(1, work -> null);
        long[] tickets = new long[ERRORS];
        for (int i = 0; i < ERRORS; i++) {
            tickets[i] = stats.begin();
        }
        failing = true;
        for (long ticket : tickets) {
            assertThatThrownBy(() -> {
                        if (discarded) {
                            stats.discard(ticket);
                        } else {
                            stats.end(ticket, "/", "GET", 200);
                        }
                    })
                    .isInstanceOf(StackOverflowError.class);
        }

        failing = false;
        assertThat(stats.snapshot().requests().count()).isZero();
        assertNothingIsLeft(stats);
    }

    @Test
    void anErrorAfterARequestHasBegun() {
        HttpStats stats = stats(1_000_000, work -> {
            throw new StackOverflowError("intended");
        });
        int errors = 0;
        for (int i = 0; i < ERRORS * LoadTicker.START_REQUESTS; i++) {
            try {
                stats.end(stats.begin(), "/", "GET", 200);
            } catch (StackOverflowError e) {
                errors++;
            }
        }

        assertThat(errors).isEqualTo(ERRORS);
        assertNothingIsLeft(stats);
    }
}
