package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedTest {

    private final AtomicInteger computations = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private @Nullable Shared<Integer> shared;

    @Test
    void keepsAnAnswerForSomeTime() throws Exception {
        Shared<Integer> kept = new Shared<>(computations::incrementAndGet, 10, 1, nanos::get);
        assertThat(kept.get()).isEqualTo(1);
        nanos.set(TimeUnit.MILLISECONDS.toNanos(10) - 1);
        assertThat(kept.get()).isEqualTo(1);
        nanos.incrementAndGet();
        assertThat(kept.get()).isEqualTo(2);
    }

    @Test
    void doesNotKeepAFailure() throws Exception {
        Shared<Integer> failing = new Shared<>(
                () -> {
                    if (computations.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("the first time");
                    }
                    return computations.get();
                },
                10,
                1,
                nanos::get);
        assertThatThrownBy(failing::get).isInstanceOf(OutOfMemoryError.class);
        assertThat(failing.get()).isEqualTo(2);
    }

    @Test
    void limitsTheReadersThatWait() {
        shared = new Shared<>(this::readAgain, 10, 0, nanos::get);
        assertThatThrownBy(shared::get).isInstanceOf(StoreException.class).hasMessageContaining("maxReads=0");
    }

    /** A second reader, while the answer is computed. */
    private Integer readAgain() throws StoreException {
        if (shared == null) {
            throw new IllegalStateException("not set");
        }
        return shared.get();
    }
}
