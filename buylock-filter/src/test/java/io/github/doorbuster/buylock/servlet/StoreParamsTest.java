package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreParamsTest {

    @Test
    void withoutMemcachedTheStoreIsInMemory() {
        try (LockStore store = StoreParams.DEFAULTS.open()) {
            assertThat(store).isInstanceOf(InMemoryLockStore.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10_001})
    void aTimeoutOutOfRangeIsRejected(int millis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StoreParams("", millis))
                .withMessage(
                        "storeTimeoutMillis=%d: must be between 10 and 10000; it is the time to wait for a reply of memcached"
                                .formatted(millis));
    }
}
