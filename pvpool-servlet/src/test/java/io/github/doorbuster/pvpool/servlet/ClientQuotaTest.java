package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClientQuotaTest {

    private static final long A = 1;
    private static final int MAX_CLIENTS = 100;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // System.nanoTime may overflow
    private final ClientQuota quota = quota(60);

    private ClientQuota quota(int perClient) {
        return new ClientQuota(new ClientLimits("", perClient, MAX_CLIENTS, "", "X-Forwarded-For"), nanos::get);
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void allowsTheQuotaAtOnceAndThenAsItRefills() throws Exception {
        assertThat(quota.take(A, 60)).isZero();
        assertThat(quota.take(A, 1)).isEqualTo(1);
        assertThat(quota.take(A, 10)).isEqualTo(10);
        pass(10);
        assertThat(quota.take(A, 11)).isEqualTo(1);
        assertThat(quota.take(A, 10)).isZero();
        pass(3600);
        assertThat(quota.take(A, 60)).isZero();
        assertThat(quota.take(A, 1)).isEqualTo(1);
    }

    @Test
    void clientsDoNotShareAQuota() throws Exception {
        assertThat(quota.take(A, 60)).isZero();
        assertThat(quota.take(2, 60)).isZero();
    }

    @Test
    void rejectsARequestThatIsLargerThanTheQuota() {
        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> quota.take(A, 61))
                .satisfies(e -> assertThat(e.status()).isEqualTo(413))
                .withMessageContaining("perClient=60");
    }

    @Test
    void zeroSetsNoQuota() {
        assertThat(quota(0).isOn()).isFalse();
        assertThat(quota(1).isOn()).isTrue();
    }

    @Test
    void clientsBeyondTheBoundShareOneQuota() throws Exception {
        for (long client = 0; client < MAX_CLIENTS; client++) {
            assertThat(quota.take(client, 1)).isZero();
        }
        assertThat(quota.take(1_000, 30)).isZero();
        assertThat(quota.take(2_000, 30)).isZero();
        assertThat(quota.take(3_000, 1)).isEqualTo(1);
        assertThat(quota.take(0, 59)).isZero();
        assertThat(quota.clients()).isEqualTo(MAX_CLIENTS);
    }

    @Test
    void idleClientsMakeRoom() throws Exception {
        for (long client = 0; client < MAX_CLIENTS; client++) {
            quota.take(client, client == 0 ? 60 : 1);
        }
        pass(2);
        assertThat(quota.take(1_000, 60)).isZero();
        assertThat(quota.take(2_000, 60)).isZero();
        assertThat(quota.clients()).isEqualTo(3);
        assertThat(quota.take(0, 60)).as("the busy client is remembered").isEqualTo(58);
    }

    @Test
    void threadsTogetherGetTheQuotaAndNoMore() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 200; round++) {
                ClientQuota fresh = quota(1_000);
                List<Future<Integer>> taken = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    taken.add(threads.submit(() -> {
                        int ids = 0;
                        for (int i = 0; i < 100; i++) {
                            ids += fresh.take(A, 3) == 0 ? 3 : 0;
                        }
                        return ids;
                    }));
                }
                int all = 0;
                for (Future<Integer> ids : taken) {
                    all += ids.get();
                }
                assertThat(all).isEqualTo(999);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
