package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.DispatcherType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An application that is taken away while purchases wait: all are answered, no key and no thread stays. */
@OnEveryContainer
class BuyLockUndeployIT {

    private static final int WAITERS = 20;

    private final ServletContainer container;
    private final CountDownLatch door = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private volatile Supplier<?> section = () -> "";

    BuyLockUndeployIT(Product product) {
        this.container = product.running();
    }

    @AfterEach
    void undeploy() {
        door.countDown();
        container.undeploy();
    }

    @Test
    void whoeverWaitsIsAnsweredAndNothingStays() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start()) {
            container.deploy(context -> {
                Servlets.filter(
                        context,
                        "buylock",
                        new BuyLockFilter(),
                        Map.of("memcached", memcached.address(), "waitMillis", "60000"),
                        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC),
                        "/buy");
                Servlets.servlet(context, "/buy", (request, response) -> {
                    inside.incrementAndGet();
                    section = (Supplier<?>) request.getServletContext().getAttribute("stats.buylock");
                    try {
                        door.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        response.setStatus(500);
                    }
                });
            });
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i <= WAITERS; i++) {
                Wire wire = Wire.open(container.uri());
                wire.request(
                        "POST",
                        "/buy",
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        Wire.bytes("item_id=42"));
                wires.add(wire);
            }
            await().until(() -> inside.get() == 1);
            await().until(() -> section.get().toString().contains("waiting=" + WAITERS));

            Thread undeploying = new Thread(container::undeploy);
            undeploying.start();
            await().until(() ->
                    !undeploying.isAlive() || memcached.command("get buy/42").equals(List.of("END")));
            door.countDown();
            undeploying.join();

            int turnedAway = 0;
            for (Wire wire : wires) {
                Wire.Answer answer = wire.answer();
                wire.close();
                if (answer.status() == 503) {
                    turnedAway++;
                    assertThat(answer.headers()).containsEntry("Retry-After", "1");
                    assertThat(answer.text()).contains("\"error\"");
                }
            }
            assertThat(turnedAway).isEqualTo(WAITERS);
            assertThat(inside).hasValue(1);
            assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END"));
            await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("buylock") || name.contains("Memcached IO")));
        }
    }
}
