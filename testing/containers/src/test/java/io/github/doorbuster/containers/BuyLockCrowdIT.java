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
import jakarta.servlet.DispatcherType;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Ten thousand wait for one item at once, on real connections, while 8 container threads have nothing to do. */
@OnEveryContainer
class BuyLockCrowdIT {

    private static final int CROWD = 10_000;
    private static final int OTHER_FILES = 500;
    private static final int MOST_BYTES_PER_WAITER = 128 * 1024;

    private final Product product;

    BuyLockCrowdIT(Product product) {
        this.product = product;
    }

    @Test
    void tenThousandWaitWithoutAThreadAndAllAreAnswered() throws Exception {
        assertThat(((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getMaxFileDescriptorCount())
                .as("open files allowed (ulimit -n)")
                .isGreaterThanOrEqualTo(CROWD + OTHER_FILES);
        BuyLockConfig config = BuyLockConfig.builder()
                .maxWaiters(CROWD)
                .maxWaitersPerItem(CROWD)
                .waitMillis(120_000)
                .build();
        try (MemcachedServer memcached = MemcachedServer.start();
                MemcachedLockStore store = MemcachedLockStore.connect(memcached.address());
                BuyLock lock = BuyLock.builder().config(config).store(store).build();
                ServletContainer container = product.start(Product.THREADS)) {
            deploy(container, lock);
            Wire.post(container.uri(), "/buy", "item_id=" + Crowd.ITEM);
            await().until(() -> lock.snapshot().items() == 0);
            Grant first = lock.acquire(Crowd.ITEM).get(5, TimeUnit.SECONDS);
            long before = usedBytes();
            Process crowd = Crowd.start(container.uri(), CROWD);
            try {
                await().atMost(Duration.ofSeconds(40))
                        .until(() -> lock.snapshot().waiting() == CROWD);
                assertThat(Wire.get(container.uri(), "/ping").status()).isEqualTo(200);
                long perWaiter = (usedBytes() - before) / CROWD;
                System.out.printf("%s: %d waiters, %d bytes each with their connections%n", product, CROWD, perWaiter);
                first.close();

                String answers = new String(crowd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answers.strip()).isEqualTo("{200 bought=" + CROWD + "}");
                assertThat(lock.snapshot().waited()).isEqualTo(CROWD);
                assertThat(perWaiter).isLessThan(MOST_BYTES_PER_WAITER);
                await().untilAsserted(() ->
                        assertThat(memcached.command("get buy/" + Crowd.ITEM)).isEqualTo(List.of("END")));
            } finally {
                crowd.destroyForcibly().waitFor();
            }
        }
    }

    private static void deploy(ServletContainer container, BuyLock lock) throws Exception {
        container.deploy(context -> {
            Servlets.filter(
                    context,
                    "buylock",
                    new BuyLockFilter(lock),
                    Map.of(),
                    EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
                    "/buy");
            Servlets.servlet(
                    context, "/buy", (request, response) -> response.getWriter().print("bought"));
            Servlets.servlet(context, "/ping", (request, response) -> response.setStatus(200));
        });
    }

    /** The heap, and the buffers that containers have beside it. */
    private static long usedBytes() {
        System.gc();
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + buffers;
    }
}
