package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BucketExpiryTest {

    private static final Buckets BUCKETS = Buckets.of("hour,day", "UTC");
    private static final int MINUTE_MILLIS = 60_000;
    private static final int ROWS_PER_BUCKET = 5000;

    private final FakeClock clock = new FakeClock();
    private final PvStore store = mock();
    private final Map<Width, Integer> old = new EnumMap<>(Map.of(Width.HOUR, 0, Width.DAY, 0));
    private Duration perBatch = Duration.ofMillis(20);

    @BeforeEach
    void countDeletedRows() throws Exception {
        doAnswer(call -> {
                    clock.advance(perBatch);
                    int rows = Math.min(old.get(call.<Width>getArgument(1)), call.<Integer>getArgument(3));
                    old.merge(call.getArgument(1), -rows, Integer::sum);
                    return rows;
                })
                .when(store)
                .deleteOld(any(), any(), anyInt(), anyInt());
        when(store.expiredBuckets(any(), any(), anyInt()))
                .thenAnswer(call -> (long) old.get(call.<Width>getArgument(1)) / ROWS_PER_BUCKET);
    }

    private BucketExpiry expiry(int flushMillis) {
        return new BucketExpiry(store, BUCKETS, BucketDays.of("35,400"), flushMillis, clock::nanoTime);
    }

    @Test
    void keepsUpWithALongInterval() {
        BucketExpiry expiry = expiry(MINUTE_MILLIS);
        int rowsPerHour = 1_000_000;
        for (int hour = 0; hour < 3; hour++) {
            old.merge(Width.HOUR, rowsPerHour, Integer::sum);
            for (int minute = 0; minute < 60; minute++) {
                expiry.deleteSome();
                clock.advance(Duration.ofMinutes(1));
            }
        }
        assertThat(old).containsEntry(Width.HOUR, 0);
        assertThat(expiry.expired()).isZero();
    }

    @Test
    void endsWhenItsTimeIsOverAndShowsWhatIsLeft() throws Exception {
        old.put(Width.HOUR, 100_000);
        old.put(Width.DAY, 2000);
        BucketExpiry expiry = expiry(1000);
        expiry.deleteSome();
        assertThat(old).containsEntry(Width.HOUR, 97_000).containsEntry(Width.DAY, 0);
        assertThat(expiry.expired()).isEqualTo(97_000 / ROWS_PER_BUCKET);
        perBatch = Duration.ZERO;
        expiry.deleteSome();
        assertThat(old).containsEntry(Width.HOUR, 0);
        assertThat(expiry.expired()).isZero();
    }

    @Test
    void showsWhatIsLeftIfTheStoreCannotDelete() throws Exception {
        old.put(Width.HOUR, 100_000);
        doThrow(new StoreException("timed out")).when(store).deleteOld(any(), any(), anyInt(), anyInt());
        BucketExpiry expiry = expiry(1000);
        expiry.deleteSome();
        assertThat(expiry.expired()).isEqualTo(100_000 / ROWS_PER_BUCKET);
    }

    @Test
    void aPoolThatClosesWritesItsViewsInsteadOfDeleting() throws Exception {
        CountDownLatch deleting = new CountDownLatch(1);
        MemoryStore endless = new MemoryStore() {
            @Override
            public int deleteOld(Buckets kept, Width width, int days, int limit) {
                deleting.countDown();
                return limit;
            }
        };
        PvPool pool = TestPools.builder(clock)
                .store(endless)
                .config(TestPools.flushedByHand()
                        .buckets("day")
                        .flushItems(1)
                        .closeMillis(1000)
                        .build())
                .build();
        TestPools.add(pool, "a");
        deleting.await();
        TestPools.add(pool, "b");
        pool.close();
        assertThat(endless.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void pausesForAnHourWhenNothingIsLeft() throws Exception {
        BucketExpiry expiry = expiry(1000);
        expiry.deleteSome();
        clock.advance(Duration.ofMinutes(59));
        expiry.deleteSome();
        verify(store, times(2)).deleteOld(any(), any(), anyInt(), anyInt());
        clock.advance(Duration.ofMinutes(1));
        expiry.deleteSome();
        verify(store, times(4)).deleteOld(any(), any(), anyInt(), anyInt());
        verify(store, never()).expiredBuckets(any(), any(), anyInt());
    }
}
