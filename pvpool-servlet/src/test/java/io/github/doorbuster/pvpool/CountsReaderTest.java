package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CountsReaderTest {

    private static final String JOURNAL = "journal";
    private static final Segment FIRST = new Segment(JOURNAL, 1, 0, 0);
    private static final Segment SECOND = new Segment(JOURNAL, 2, 1, 0);
    private static final StoredCounts NOTHING = new StoredCounts(Map.of(), Map.of());

    private final PvStore store = mock();
    private final PendingViews pending = new PendingViews(
            1, new ItemQuota(1000), new HotItems(0, System::nanoTime, Clock.systemUTC()), Buckets.NONE);
    private final CountsReader reader = new CountsReader(pending, store, 1);

    @BeforeEach
    void addAView() throws Exception {
        pending.nextSegment(SECOND);
        assertThat(pending.reserve(1)).isTrue();
        pending.fold(List.of("a"));
    }

    @Test
    void readsAgainIfAFlushHasRun() throws Exception {
        when(store.read(anyCollection(), anyCollection()))
                .thenReturn(new StoredCounts(Map.of("a", 1L), Map.of(JOURNAL, new Position(2, "a", 2))), NOTHING);
        assertThat(reader.counts(List.of("a"))).isEqualTo(Map.of("a", 1L));
    }

    /** The views of the segment are neither in the store nor in the totals until the journal is read. */
    @Test
    void failsIfTheStoreHasLostASegmentBetweenTwoAttempts() throws Exception {
        when(store.read(anyCollection(), anyCollection()))
                .thenAnswer(call -> {
                    pending.takeBack(JOURNAL, Position.START, List.of(FIRST));
                    return new StoredCounts(Map.of("a", 1L), Map.of(JOURNAL, new Position(2, "a", 2)));
                })
                .thenReturn(NOTHING);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> reader.counts(List.of("a")))
                .withMessageContaining("being recovered");
    }
}
