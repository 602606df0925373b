package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.RawHttpClient;
import jakarta.servlet.DispatcherType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters that are mapped in ways that users map them, right and wrong. */
@OnEveryContainer
class BuyLockMappingContainerIT {

    private static final int BUYERS = 20;

    private final ServletContainer container;
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    BuyLockMappingContainerIT(ContainerVersion version) {
        container = version.running();
    }

    @AfterEach
    void undeploy() {
        clients.shutdownNow();
        container.undeploy();
    }

    private void purchase() {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        running.decrementAndGet();
    }

    private List<Integer> buy(String form) throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
            answers.add(clients.submit(() -> RawHttpClient.postForm(container.uri(), "/buy?user=me", form)
                    .status()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get(30, TimeUnit.SECONDS));
        }
        return statuses;
    }

    @ParameterizedTest(name = "waitMillis={0}")
    @ValueSource(ints = {15, 10_000})
    void aMappingWithoutAsyncLetsNobodyThroughUnlocked(int waitMillis) throws Exception {
        BuyLockConfig config = BuyLockConfig.builder().waitMillis(waitMillis).build();
        try (BuyLock lock =
                BuyLock.builder().config(config).store(new InMemoryLockStore()).build()) {
            container.deploy(context -> {
                Servlets.filter(
                        context,
                        "buylock",
                        new BuyLockFilter(lock),
                        Map.of(),
                        EnumSet.of(DispatcherType.REQUEST),
                        "/buy");
                Servlets.servlet(context, "/buy", (request, response) -> purchase());
            });
            List<Integer> statuses = buy("item_id=42");

            assertThat(statuses).hasSize(BUYERS).isSubsetOf(200, 503);
            assertThat(mostRunning).hasValue(1);
            await().until(() -> lock.snapshot().items() == 0);
            long rejected = lock.snapshot().rejected().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(statuses).filteredOn(status -> status == 503).hasSize((int) rejected);

            assertThat(buy("item_id=43")).isSubsetOf(200, 503);
            assertThat(mostRunning).hasValue(1);
        }
    }

    @Test
    void twoFiltersOnOneRequestBothLock() throws Exception {
        container.deploy(context -> {
            EnumSet<DispatcherType> dispatches = EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);
            Servlets.filter(
                    context,
                    "per-user",
                    new BuyLockFilter(),
                    Map.of("itemId", "query:user", "waitMillis", "30000"),
                    dispatches,
                    "/buy");
            Servlets.filter(
                    context, "per-item", new BuyLockFilter(), Map.of("waitMillis", "30000"), dispatches, "/buy");
            Servlets.servlet(context, "/buy", (request, response) -> {
                purchase();
                response.getWriter().print(request.getParameter("item_id"));
            });
            Servlets.servlet(
                    context,
                    "/granted",
                    (request, response) -> response.getWriter()
                            .print(Snapshots.buyLock(context).granted()
                                    + " "
                                    + Snapshots.buyLock(context, "buylock.per-item")
                                            .granted()));
        });
        List<Integer> statuses = buy("item_id=42");

        assertThat(statuses).containsOnly(200);
        assertThat(mostRunning).hasValue(1);
        assertThat(RawHttpClient.get(container.uri(), "/granted").text()).isEqualTo("20 20");
    }
}
