package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MemcachedServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes, and twice as many buyers as can be served while they come. Those who are sent away honour
 * {@code Retry-After}, and go to the other node with their ticket.
 */
@Timeout(120)
class BuyLockTicketOrderIT {

    private static final int BUYERS = 600;
    private static final int PURCHASE_MILLIS = 8;
    private static final int ARRIVAL_MICROS = PURCHASE_MILLIS * 1_000 / 2;
    /** For requests on their way, and for the purchases that two nodes serve in one turn each. */
    private static final long TOLERANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
    private final Map<Integer, Long> arrivedAt = new ConcurrentHashMap<>();
    private final Map<Integer, Long> servedAt = new ConcurrentHashMap<>();
    private final CountDownLatch served = new CountDownLatch(BUYERS);
    private final AtomicInteger sentAway = new AtomicInteger();
    private final AtomicLong longestRetrySeconds = new AtomicLong();
    private final List<HttpTestClient> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        timers.shutdownNow();
    }

    @Test
    void purchasesHappenInTheOrderOfFirstArrivalToWithinTheRetryInterval() throws Exception {
        ContainerVersion version = ContainerVersion.underTest().get(0);
        try (MemcachedServer memcached = MemcachedServer.start();
                ServletContainer a = version.start(ContainerVersion.THREADS);
                ServletContainer b = version.start(ContainerVersion.THREADS)) {
            for (ServletContainer node : List.of(a, b)) {
                deploy(node, memcached);
                nodes.add(new HttpTestClient(node.uri()));
            }
            for (int i = 0; i < BUYERS; i++) {
                int buyer = i;
                timers.schedule(() -> arrive(buyer), (long) i * ARRIVAL_MICROS, TimeUnit.MICROSECONDS);
            }
            assertThat(served.await(60, TimeUnit.SECONDS))
                    .as("everybody is served")
                    .isTrue();
        }

        assertThat(sentAway.get()).isGreaterThan(BUYERS / 4);
        long worst = worstInversionNanos();
        System.out.printf(
                "%d buyers, sent away %d times with Retry-After of up to %d s; nobody was served before a buyer who came"
                        + " more than %d ms earlier%n",
                BUYERS, sentAway.get(), longestRetrySeconds.get(), TimeUnit.NANOSECONDS.toMillis(worst));
        assertThat(worst).isLessThan(TimeUnit.SECONDS.toNanos(longestRetrySeconds.get()) + TOLERANCE_NANOS);
    }

    /** {@return by how much a buyer came earlier, at most, than one who was served before} */
    private long worstInversionNanos() {
        long worst = 0;
        long latestServed = Long.MIN_VALUE;
        List<Integer> order = new ArrayList<>(servedAt.keySet());
        order.sort((x, y) -> Long.compare(servedAt.get(x), servedAt.get(y)));
        for (int buyer : order) {
            long arrived = arrivedAt.get(buyer);
            latestServed = Math.max(latestServed, arrived);
            worst = Math.max(worst, latestServed - arrived);
        }
        return worst;
    }

    private void deploy(ServletContainer node, MemcachedServer memcached) throws Exception {
        node.deploy(context -> {
            Map<String, String> params = Map.of(
                    "memcached", memcached.address(),
                    "storeTimeoutMillis", "5000",
                    "waitMillis", "500",
                    "ticketSecret", "0123456789abcdef0123456789abcdef",
                    "ticketSecure", "false");
            Servlets.purchaseFilter(context, new BuyLockFilter(), params);
            Servlets.servlet(context, "/buy", (request, response) -> {
                servedAt.put(Integer.valueOf(request.getParameter("who")), System.nanoTime());
                try {
                    TimeUnit.MILLISECONDS.sleep(PURCHASE_MILLIS); // the work of a purchase
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        });
    }

    private void arrive(int buyer) {
        arrivedAt.put(buyer, System.nanoTime());
        buy(buyer, buyer, "");
    }

    private void buy(int buyer, int node, String ticket) {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", HttpTestClient.FORM));
        if (!ticket.isEmpty()) {
            headers.put("Cookie", ticket);
        }
        nodes.get(node % 2)
                .sendAsync("POST", "/buy", headers, "item_id=42&who=" + buyer)
                .thenAccept(reply -> answered(buyer, node, reply));
    }

    private void answered(int buyer, int node, HttpReply reply) {
        if (reply.status() == 200) {
            served.countDown();
            return;
        }
        sentAway.incrementAndGet();
        long seconds = Long.parseLong(reply.header("Retry-After"));
        longestRetrySeconds.accumulateAndGet(seconds, Math::max);
        String cookie = reply.header("Set-Cookie");
        String ticket = cookie.substring(0, cookie.indexOf(';'));
        timers.schedule(() -> buy(buyer, node + 1, ticket), seconds, TimeUnit.SECONDS);
    }
}
