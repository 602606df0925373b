package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoJournalTest {

    private final AtomicInteger reads = new AtomicInteger();
    private final Clock counting = new Clock() {
        @Override
        public Instant instant() {
            reads.incrementAndGet();
            return Instant.EPOCH;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    /** A request without buckets costs no call of the clock. */
    @ParameterizedTest
    @CsvSource({"'', 0", "hour, 10"})
    void readsTheClockOnlyForBuckets(String buckets, int expected) {
        PvPool pool = TestPools.builder(new FakeClock())
                .store(new MemoryStore())
                .journal(ViewJournal.none(counting))
                .config(TestPools.flushedByHand().buckets(buckets).build())
                .build();
        reads.set(0);
        for (int i = 0; i < 10; i++) {
            TestPools.add(pool, "a");
        }
        assertThat(reads).hasValue(expected);
        pool.close();
    }
}
