package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueTimeHeaderTest {

    private static final long NOW_MILLIS = 1_700_000_000_250L;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t=1700000000.125",
                "1700000000.125",
                "1700000000125",
                "t=1700000000125000",
                "t=1700000000.125000"
            })
    void readsSecondsMillisecondsAndMicroseconds(String header) {
        assertThat(QueueTimeHeader.nanosSince(header, NOW_MILLIS)).hasValue(125_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "t=", "-5", "t=17000000001250001", "1500000000.0", "1900000000.0", "t=1e9"})
    void ignoresImplausibleValues(String header) {
        assertThat(QueueTimeHeader.nanosSince(header, NOW_MILLIS)).isEmpty();
    }

    @Test
    void aClockSlightlyAheadMeansZero() {
        assertThat(QueueTimeHeader.nanosSince("t=1700000000.900", NOW_MILLIS)).hasValue(0);
    }
}
