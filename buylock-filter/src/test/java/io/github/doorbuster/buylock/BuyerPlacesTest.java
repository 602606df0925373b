package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One place per buyer and item. */
class BuyerPlacesTest {

    private static final Buyer JANE = new Buyer("jane", true);
    private static final Buyer COOKIE = new Buyer("jane", false);

    private final FakeClock clock = new FakeClock();
    private final BuyLock lock = new BuyLock(
            BuyLockConfig.builder().maxItemsPerBuyer(2).build(),
            new ScriptedStore(),
            clock.scheduler(),
            Runnable::run,
            null,
            Turn::new);

    /** What became of a request. */
    private static final class Request implements GrantListener {

        private final CompletableFuture<Grant> grant = new CompletableFuture<>();
        private volatile RejectedException.@Nullable Reason rejected;

        @Override
        public void granted(Grant granted) {
            assertThat(grant.complete(granted)).isTrue();
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            assertThat(rejected).isNull();
            rejected = reason;
        }
    }

    private Request request(Buyer buyer, String itemId) {
        Request request = new Request();
        lock.request(buyer, itemId, true, request);
        return request;
    }

    @Test
    void anAuthenticatedBuyersSecondRequestTakesThePlaceOfTheFirst() {
        Grant holder = lock.acquire("1").join();
        Request first = request(JANE, "1");
        CompletableFuture<Grant> behind = lock.acquire("1");
        Request second = request(JANE, "1");

        assertThat(first.rejected).isEqualTo(RejectedException.Reason.REPLACED);
        holder.close();
        assertThat(second.grant).isCompleted();
        assertThat(behind).isNotDone();
        assertThat(lock.snapshot().requests() - lock.snapshot().granted()).isEqualTo(1);
    }

    @Test
    void aBuyerWhoseIdCanBeGuessedDoesNotReplaceTheFirst() {
        Grant holder = lock.acquire("1").join();
        Request first = request(COOKIE, "1");
        Request second = request(COOKIE, "1");

        assertThat(second.rejected).isEqualTo(RejectedException.Reason.DUPLICATE);
        holder.close();
        assertThat(first.grant).isCompleted();
    }

    @Test
    void whileThePurchaseRunsAnotherRequestIsADuplicate() {
        Request first = request(JANE, "1");
        assertThat(request(JANE, "1").rejected).isEqualTo(RejectedException.Reason.DUPLICATE);

        first.grant.join().close();
        assertThat(request(JANE, "1").grant).isCompleted();
    }

    @Test
    void aBuyerWaitsForAFewItemsAtMost() {
        Request one = request(JANE, "1");
        request(JANE, "2");
        assertThat(request(JANE, "3").rejected).isEqualTo(RejectedException.Reason.TOO_MANY_ITEMS);
        assertThat(request(new Buyer("joe", true), "3").grant).isCompleted();

        one.grant.join().close();
        assertThat(request(JANE, "4").grant).isCompleted();
    }

    @Test
    void aRejectedOrCancelledRequestFreesThePlace() {
        Grant holder = lock.acquire("1").join();
        Request expired = request(JANE, "1");
        clock.advanceMillis(5_000);
        assertThat(expired.rejected).isEqualTo(RejectedException.Reason.LOCKED);

        Request cancelled = new Request();
        PendingGrant pending = lock.request(JANE, "1", true, cancelled);
        assertThat(pending.cancel()).isTrue();
        Request third = request(JANE, "1");
        assertThat(pending.cancel()).isFalse();
        holder.close();
        assertThat(third.grant).isCompleted();
        assertThat(cancelled.grant).isNotDone();
        assertThat(lock.snapshot().cancelled()).isEqualTo(1);
    }

    @Test
    void aReplacedRequestCannotCancelItsSuccessor() {
        Grant holder = lock.acquire("1").join();
        PendingGrant first = lock.request(JANE, "1", true, new Request());
        Request second = request(JANE, "1");

        assertThat(first.cancel()).isFalse();
        holder.close();
        assertThat(second.grant).isCompleted();
    }

    @Test
    void fiveClicksOf300BuyersAreAtMostOnePurchaseEach() throws Exception {
        AtomicInteger purchases = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        GrantListener buying = new GrantListener() {
            @Override
            public void granted(Grant grant) {
                purchases.incrementAndGet();
                answers.incrementAndGet();
                grant.close();
            }

            @Override
            public void rejected(RejectedException.Reason reason) {
                answers.incrementAndGet();
            }
        };
        try (BuyLock real = BuyLock.builder().store(new InMemoryLockStore()).build()) {
            Grant holder = real.acquire("1").get(5, TimeUnit.SECONDS);
            onEightThreads(
                    1_500, i -> real.request(new Buyer("buyer-" + i % 300, true), "1", true, new Clicked(buying)));
            assertThat(real.snapshot().waiting()).isEqualTo(300);
            holder.close();

            assertThat(purchases).hasValue(300);
            assertThat(answers).hasValue(1_500);
            assertThat(real.snapshot().requests()).isEqualTo(1_501);
        }
    }

    /** A listener of its own for each click. */
    private record Clicked(GrantListener to, Object identity) implements GrantListener {

        Clicked(GrantListener to) {
            this(to, new Object());
        }

        @Override
        public void granted(Grant grant) {
            to.granted(grant);
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            to.rejected(reason);
        }
    }

    @Test
    void requestsCancelsAndGrantsOfManyThreadsLeaveNoPlaceBehind() throws Exception {
        try (BuyLock real = BuyLock.builder().store(new InMemoryLockStore()).build()) {
            onEightThreads(16_000, i -> {
                Buyer buyer = new Buyer("b" + ThreadLocalRandom.current().nextInt(4), i % 3 > 0);
                Request request = new Request();
                PendingGrant pending = real.request(buyer, "i" + i % 2, true, request);
                if (i % 4 == 0) {
                    pending.cancel();
                }
                request.grant.thenAccept(Grant::close);
            });

            assertThat(real.snapshot().items()).isZero();
            for (int place = 0; place < 8; place++) {
                Request again = new Request();
                real.request(new Buyer("b" + place / 2, false), "i" + place % 2, true, again);
                assertThat(again.grant).isCompleted();
                again.grant.join().close();
            }
        }
    }

    private static void onEightThreads(int times, IntConsumer action) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            AtomicInteger next = new AtomicInteger();
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                runs.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < times; i = next.getAndIncrement()) {
                        action.accept(i);
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
