package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** 10,000 purchases of one item wait at once, each on its own connection, in a container with 8 threads. */
@OnEveryContainer
class BuyLockManyWaitersIT {

    private static final int WAITERS = 10_000;
    private static final int OTHER_FILES = 500;
    private static final int MOST_BYTES_PER_WAITER = 128 * 1024;

    private final ContainerVersion version;

    BuyLockManyWaitersIT(ContainerVersion version) {
        this.version = version;
    }

    @Test
    void tenThousandWaitersHoldNoThread() throws Exception {
        inLine((lock, container, buyers, first) -> {
            assertThat(RawHttpClient.get(container.uri(), "/ping").status()).isEqualTo(200);
            first.close();

            assertThat(BuyersProcess.Result.of(buyers).responses()).isEqualTo("{200 bought=" + WAITERS + "}");
            assertThat(lock.snapshot().waited()).isEqualTo(WAITERS);
        });
    }

    @Test
    void tenThousandWaitersAreAnsweredAtOnceWhenTheItemIsSoldOut() throws Exception {
        inLine((lock, container, buyers, first) -> {
            first.soldOut();
            long closed = System.nanoTime();
            first.close();

            BuyersProcess.Result told = BuyersProcess.Result.of(buyers);
            assertThat(told.responses()).isEqualTo("{409 {\"error\":\"item 42 is sold out\"}=" + WAITERS + "}");
            System.out.printf(
                    "%s: %d waiters were told within %d ms that the item is sold out%n",
                    version, WAITERS, TimeUnit.NANOSECONDS.toMillis(told.lastNanos() - closed));
            assertThat(lock.snapshot().soldOut()).isEqualTo(WAITERS);
        });
    }

    private interface Sale {
        void run(BuyLock lock, ServletContainer container, Process buyers, Grant first) throws Exception;
    }

    /** Runs what happens when 10,000 buyers stand in line behind a first one. */
    private void inLine(Sale sale) throws Exception {
        assertThat(((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getMaxFileDescriptorCount())
                .as("open files allowed (ulimit -n)")
                .isGreaterThanOrEqualTo(WAITERS + OTHER_FILES);
        BuyLockConfig config = BuyLockConfig.builder()
                .maxWaiters(WAITERS)
                .maxWaitersPerItem(WAITERS)
                .waitMillis(120_000)
                .build();
        try (MemcachedServer memcached = MemcachedServer.start();
                MemcachedLockStore store = MemcachedLockStore.connect(memcached.address());
                BuyLock lock = BuyLock.builder().config(config).store(store).build();
                ServletContainer container = version.start(ContainerVersion.THREADS)) {
            deploy(container, lock);
            RawHttpClient.postForm(container.uri(), "/buy", "item_id=" + BuyersProcess.ITEM);
            await().until(() -> lock.snapshot().items() == 0);
            Grant first = lock.acquire(BuyersProcess.ITEM).get(60, TimeUnit.SECONDS);
            long before = usedBytes();
            Process buyers = BuyersProcess.start(container.uri(), WAITERS);
            try {
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> lock.snapshot().waiting() == WAITERS);
                long perWaiter = (usedBytes() - before) / WAITERS;
                System.out.printf(
                        "%s: %d waiters, %d bytes each with their connections%n", version, WAITERS, perWaiter);
                sale.run(lock, container, buyers, first);

                assertThat(perWaiter).isLessThan(MOST_BYTES_PER_WAITER);
                await().untilAsserted(() -> assertThat(memcached.command("get buy/" + BuyersProcess.ITEM))
                        .isEqualTo(List.of("END")));
            } finally {
                buyers.destroyForcibly().waitFor();
            }
        }
    }

    private static void deploy(ServletContainer container, BuyLock lock) throws Exception {
        container.deploy(context -> {
            Servlets.purchaseFilter(context, new BuyLockFilter(lock), Map.of());
            Servlets.servlet(
                    context, "/buy", (request, response) -> response.getWriter().print("bought"));
            Servlets.servlet(context, "/ping", (request, response) -> response.setStatus(200));
        });
    }

    /** {@return the bytes in use of the heap and of the buffers outside it} */
    private static long usedBytes() {
        System.gc();
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + buffers;
    }
}
