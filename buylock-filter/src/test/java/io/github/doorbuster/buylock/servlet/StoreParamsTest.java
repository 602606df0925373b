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

    @Test
    void tlsNeedsTheMaintainedForkOfTheClient() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StoreParams("127.0.0.1:1", true, 250).open())
                .withMessageContaining("com.amazonaws:elasticache-java-cluster-client");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10_001})
    void aTimeoutOutOfRangeIsRejected(int millis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StoreParams("", false, millis))
                .withMessage(
                        "storeTimeoutMillis=%d: must be between 10 and 10000; it is the time to wait for a reply of memcached"
                                .formatted(millis));
    }
}
