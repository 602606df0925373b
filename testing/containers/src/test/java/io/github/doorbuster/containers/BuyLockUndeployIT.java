package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.KitThreads;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Undeploy while purchases wait. */
@OnEveryContainer
class BuyLockUndeployIT {

    private static final int WAITERS = 20;

    private final ServletContainer container;
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private volatile Supplier<?> section = () -> "";

    BuyLockUndeployIT(ContainerVersion version) {
        this.container = version.running();
    }

    @AfterEach
    void undeploy() {
        mayEnd.countDown();
        container.undeploy();
    }

    @Test
    void rejectsWaitersAndLeavesNoKeyAndNoThread() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start()) {
            container.deploy(context -> {
                Servlets.purchaseFilter(
                        context, new BuyLockFilter(), Map.of("memcached", memcached.address(), "waitMillis", "60000"));
                Servlets.servlet(context, "/buy", (request, response) -> {
                    inside.incrementAndGet();
                    section = (Supplier<?>) request.getServletContext().getAttribute("stats.buylock");
                    Latches.await(mayEnd);
                });
            });
            List<RawHttpClient> buyers = new ArrayList<>();
            for (int i = 0; i <= WAITERS; i++) {
                RawHttpClient buyer = RawHttpClient.connect(container.uri());
                buyer.sendForm("/buy", "item_id=42");
                buyers.add(buyer);
            }
            await().until(() -> inside.get() == 1);
            await().until(() -> section.get().toString().contains("waiting=" + WAITERS));

            Thread undeploying = new Thread(container::undeploy);
            undeploying.start();
            await().until(() ->
                    !undeploying.isAlive() || memcached.command("get buy/42").equals(List.of("END")));
            mayEnd.countDown();
            undeploying.join();

            int rejected = 0;
            for (RawHttpClient buyer : buyers) {
                HttpReply reply = buyer.readReply();
                buyer.close();
                if (reply.status() == 503) {
                    rejected++;
                    assertThat(reply.headers()).containsEntry("Retry-After", "1");
                    assertThat(reply.text()).contains("\"error\"");
                }
            }
            assertThat(rejected).isEqualTo(WAITERS);
            assertThat(inside).hasValue(1);
            assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END"));
            await().untilAsserted(() -> assertThat(KitThreads.alive()).isEmpty());
        }
    }
}
