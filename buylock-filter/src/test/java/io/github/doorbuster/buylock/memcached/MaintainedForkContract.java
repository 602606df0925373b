package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** The contract with AWS's maintained fork of the client; the build replaces the client's jar for it. */
class MaintainedForkContract extends MemcachedLockStoreIT {

    @Test
    void theClientIsTheFork() {
        assertThatCode(() -> Class.forName("net.spy.memcached.ClientMode")).doesNotThrowAnyException();
    }
}
