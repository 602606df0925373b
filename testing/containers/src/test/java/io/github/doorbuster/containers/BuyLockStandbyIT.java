package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.RawHttpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Purchases in a container whose 8 threads serve 40 clients of an unrelated page that takes 50 ms. */
@OnEveryContainer
class BuyLockStandbyIT {

    private static final int OTHER_CLIENTS = 40;
    private static final int BUYERS = 60;
    private static final Duration LONGEST = Duration.ofMillis(2_700);
    private static final int LONGEST_IN_PAGES = 30;

    private final ContainerVersion version;
    private final ServletContainer container;
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    BuyLockStandbyIT(ContainerVersion version) {
        this.version = version;
        container = version.start(ContainerVersion.THREADS);
    }

    @AfterEach
    void stop() {
        over.set(true);
        clients.shutdownNow();
        container.close();
    }

    @Test
    void anItemIsNotHeldWhileItsNextPurchaseWaitsForAThread() throws Exception {
        BuyLockConfig config = BuyLockConfig.builder().waitMillis(60_000).build();
        try (BuyLock lock =
                BuyLock.builder().config(config).store(new InMemoryLockStore()).build()) {
            deploy(lock);
            buyOnce(5); // compiles, and shows the filter that dispatches pass it
            AtomicInteger pages = new AtomicInteger();
            AtomicLong pageNanos = new AtomicLong();
            for (int i = 0; i < OTHER_CLIENTS; i++) {
                clients.submit(() -> loadPage(pages, pageNanos));
            }
            await().until(() -> pages.get() > OTHER_CLIENTS);

            long start = System.nanoTime();
            assertThat(buyOnce(BUYERS)).containsOnly(200).hasSize(BUYERS);
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            BuyLockSnapshot snapshot = lock.snapshot();
            System.out.printf(
                    "%s: %d purchases in %d ms; %s; grant to purchase %s%n",
                    version, BUYERS, took.toMillis(), snapshot.standby(), snapshot.dispatchTime());
            assertThat(most).hasValue(1);
            // A slow machine takes longer for the page, too; one purchase after the other would take 60 times as long.
            Duration page = Duration.ofNanos(pageNanos.get() / pages.get());
            Duration slow = page.multipliedBy(LONGEST_IN_PAGES);
            assertThat(took).isLessThan(slow.compareTo(LONGEST) > 0 ? slow : LONGEST);
            assertThat(snapshot.standby().summoned()).isPositive();
            assertThat(snapshot.standby().share()).isLessThan(0.1);
            assertThat(snapshot.standby().standing()).isZero();
        }
    }

    private void deploy(BuyLock lock) throws Exception {
        container.deploy(context -> {
            Servlets.purchaseFilter(context, new BuyLockFilter(lock), Map.of());
            Servlets.servlet(context, "/buy", (request, response) -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                sleep(2);
                atOnce.decrementAndGet();
            });
            Servlets.servlet(context, "/page", (request, response) -> sleep(50));
        });
    }

    private List<Integer> buyOnce(int buyers) throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < buyers; i++) {
            answers.add(clients.submit(() -> RawHttpClient.postForm(container.uri(), "/buy", "item_id=42")
                    .status()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get(60, TimeUnit.SECONDS));
        }
        return statuses;
    }

    private Void loadPage(AtomicInteger pages, AtomicLong nanos) throws IOException {
        byte[] request = "GET /page HTTP/1.1\r\nHost: shop\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (RawHttpClient client = RawHttpClient.connect(container.uri())) {
            while (!over.get()) {
                long start = System.nanoTime();
                client.exchange(request);
                nanos.addAndGet(System.nanoTime() - start);
                pages.incrementAndGet();
            }
        }
        return null;
    }

    private static void sleep(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
