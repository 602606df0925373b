package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Buyers who come back with the place of an earlier time. */
class KeptPlacesTest {

    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Buyer JANE = new Buyer("jane", true);

    private final FakeClock clock = new FakeClock();
    private final Scheduler scheduler = clock.scheduler();
    private final List<String> granted = new ArrayList<>();
    private BuyLock lock = lock(BuyLockConfig.builder());

    private BuyLock lock(BuyLockConfig.Builder config) {
        return new BuyLock(config.build(), new ScriptedStore(), scheduler, Runnable::run, null, Turn::new);
    }

    /** What became of a request. */
    private final class Request implements GrantListener {

        private final String name;
        private @Nullable Grant grant;
        private RejectedException.@Nullable Reason rejected;

        Request(String name) {
            this.name = name;
        }

        @Override
        public void granted(Grant given) {
            granted.add(name);
            grant = given;
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            rejected = reason;
        }

        void end() {
            assertThat(grant).as(name).isNotNull();
            grant.close();
        }
    }

    private Instant wall() {
        return Instant.EPOCH.plusNanos(TimeUnit.MICROSECONDS.toNanos(scheduler.wallMicros()));
    }

    /** {@return a place of a time ago} */
    private KeptPlace place(String nonce, Duration ago) {
        return new KeptPlace(nonce, wall().minus(ago), wall().plus(LIFETIME));
    }

    private Request come(String name) {
        Request request = new Request(name);
        lock.request("1", true, request);
        return request;
    }

    private Request comeBack(KeptPlace place) {
        Request request = new Request(place.nonce());
        lock.request(null, place, "1", true, request);
        return request;
    }

    private static void endAll(Request... requests) {
        for (Request request : requests) {
            request.end();
        }
    }

    @Test
    void buyersWhoComeBackAreServedInTheOrderOfTheirFirstArrival() {
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        clock.advanceMillis(100);
        Request newcomer = come("newcomer");
        Request late = comeBack(place("late", Duration.ofMillis(50)));
        Request early = comeBack(place("early", Duration.ofSeconds(30)));
        Request between = comeBack(place("between", Duration.ofMillis(200)));

        endAll(holder, early, between, late, newcomer);
        assertThat(granted).containsExactly("holder", "early", "between", "late", "newcomer");
        assertThat(lock.snapshot().returned()).isEqualTo(3);
    }

    @Test
    void inAFullLineAnEarlierPlaceDisplacesTheLatestArrival() {
        lock = lock(BuyLockConfig.builder().maxWaitersPerItem(2));
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        Request first = come("first");
        clock.advanceMillis(1);
        Request second = come("second");
        Request back = comeBack(place("back", Duration.ofSeconds(10)));
        Request tooLate = come("too late");

        assertThat(second.rejected).isEqualTo(RejectedException.Reason.DISPLACED);
        assertThat(tooLate.rejected).isEqualTo(RejectedException.Reason.ITEM_QUEUE_FULL);
        assertThat(lock.snapshot().waiting()).isEqualTo(2);
        endAll(holder, back, first);
    }

    @Test
    void amongThoseWhoCameBackTheLatestFirstArrivalIsDisplaced() {
        lock = lock(BuyLockConfig.builder().maxWaitersPerItem(2));
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        Request latest = comeBack(place("latest", Duration.ofSeconds(1)));
        Request earlier = comeBack(place("earlier", Duration.ofSeconds(3)));
        Request between = comeBack(place("between", Duration.ofSeconds(2)));
        Request tooLate = comeBack(place("too late", Duration.ofSeconds(1)));

        assertThat(latest.rejected).isEqualTo(RejectedException.Reason.DISPLACED);
        assertThat(tooLate.rejected).isEqualTo(RejectedException.Reason.ITEM_QUEUE_FULL);
        endAll(holder, earlier, between);
    }

    @Test
    void onAFullNodeAnEarlierPlaceDisplacesAWaiterOfItsItem() {
        lock = lock(BuyLockConfig.builder().maxWaiters(1));
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        Request first = come("first");
        Request back = comeBack(place("back", Duration.ofSeconds(10)));
        Request earlierThanNobody = comeBack(place("late", Duration.ofSeconds(9)));

        assertThat(first.rejected).isEqualTo(RejectedException.Reason.DISPLACED);
        assertThat(earlierThanNobody.rejected).isEqualTo(RejectedException.Reason.TOO_MANY_WAITERS);
        assertThat(lock.snapshot().waiting()).isEqualTo(1);
        endAll(holder, back);
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void ifTheLineIsTooLongToBeServedInTimeAnEarlierPlaceDisplacesTheLatestArrival() {
        lock = lock(BuyLockConfig.builder().waitMillis(1_000));
        clock.advanceMillis(60_000);
        Request running = come("running");
        List<Request> line = new ArrayList<>(
                IntStream.range(0, 20).mapToObj(i -> come("b" + i)).toList());
        for (int i = 0; i < 6; i++) {
            clock.advanceMillis(100);
            running.end();
            running = line.remove(0);
        }
        assertThat(come("hopeless").rejected).isEqualTo(RejectedException.Reason.LINE_TOO_LONG);

        Request late = new Request("late");
        lock.request(null, place("late", Duration.ZERO), "1", true, late);
        assertThat(late.rejected).isEqualTo(RejectedException.Reason.LINE_TOO_LONG);
        Request back = comeBack(place("back", Duration.ofSeconds(10)));
        assertThat(back.rejected).isNull();
        assertThat(line.get(line.size() - 1).rejected).isEqualTo(RejectedException.Reason.DISPLACED);
        endAll(running, back);
    }

    @Test
    void aSecondRequestWithAPlaceTakesOverFromTheFirst() {
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        Request first = comeBack(place("same", Duration.ofSeconds(10)));
        Request second = comeBack(place("same", Duration.ofSeconds(10)));

        assertThat(first.rejected).isEqualTo(RejectedException.Reason.REPLACED);
        endAll(holder, second);
        assertThat(lock.snapshot().requests()).isEqualTo(3);
    }

    @Test
    void twoBuyersDoNotWaitWithOnePlace() {
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        KeptPlace shared = place("shared", Duration.ofSeconds(10));
        Request jane = new Request("jane");
        lock.request(JANE, shared, "1", true, jane);
        Request joe = new Request("joe");
        lock.request(new Buyer("joe", true), shared, "1", true, joe);

        assertThat(jane.rejected).isEqualTo(RejectedException.Reason.REPLACED);
        Request janeAgain = new Request("jane again");
        lock.request(JANE, "1", true, janeAgain);
        assertThat(janeAgain.rejected).isNull();
        endAll(holder, joe, janeAgain);
    }

    @Test
    void aPlaceIsVoidOnceItLedToAGrant() {
        clock.advanceMillis(60_000);
        KeptPlace place = place("once", Duration.ofSeconds(10));
        Request bought = comeBack(place);
        assertThat(lock.isUsed(place)).isTrue();
        assertThat(comeBack(place).rejected).isEqualTo(RejectedException.Reason.DUPLICATE);
        bought.end();

        Request holder = come("holder");
        Request newcomer = come("newcomer");
        Request again = comeBack(place);
        endAll(holder, newcomer, again);
        assertThat(granted).containsExactly("once", "holder", "newcomer", "once");
    }

    @Test
    void aPlaceThatWasNotGrantedStaysValid() {
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        KeptPlace place = place("patient", Duration.ofSeconds(10));
        Request first = comeBack(place);
        clock.advanceMillis(5_000);
        assertThat(first.rejected).isEqualTo(RejectedException.Reason.LOCKED);
        assertThat(lock.isUsed(place)).isFalse();

        Request newcomer = come("newcomer");
        Request back = comeBack(place);
        endAll(holder, back, newcomer);
    }

    @Test
    void waitsOfBothKindsEndInTime() {
        clock.advanceMillis(60_000);
        Request holder = come("holder");
        Request back = comeBack(place("back", Duration.ofSeconds(10)));
        clock.advanceMillis(1_000);
        Request newcomer = come("newcomer");
        clock.advanceMillis(3_999);
        assertThat(back.rejected).isNull();
        clock.advanceMillis(1);
        assertThat(back.rejected).isEqualTo(RejectedException.Reason.LOCKED);
        assertThat(newcomer.rejected).isNull();
        clock.advanceMillis(1_000);
        assertThat(newcomer.rejected).isEqualTo(RejectedException.Reason.LOCKED);
        assertThat(lock.snapshot().waiting()).isZero();
        holder.end();
    }

    @Test
    void anEarlierPlaceDoesNotHideThePurchaseThatAskedFirst() {
        ScriptedStore store = new ScriptedStore();
        lock = new BuyLock(BuyLockConfig.builder().build(), store, scheduler, Runnable::run, null, Turn::new);
        clock.advanceMillis(60_000);
        store.takenByAnotherNode("buy/1");
        store.delaysReplies = true;
        Request once = new Request("once");
        lock.request("1", false, once);
        Request back = comeBack(place("back", Duration.ofSeconds(10)));
        store.reply();

        assertThat(once.rejected).isEqualTo(RejectedException.Reason.LOCKED);
        assertThat(back.rejected).isNull();
        assertThat(lock.snapshot().waiting()).isEqualTo(1);
    }

    @Test
    void everybodyIsRejectedWhenTheLockCloses() {
        clock.advanceMillis(60_000);
        come("holder");
        Request newcomer = come("newcomer");
        Request back = comeBack(place("back", Duration.ofSeconds(10)));
        lock.close(0, 0);

        assertThat(List.of(newcomer.rejected, back.rejected)).containsOnly(RejectedException.Reason.CLOSED);
    }

    @Test
    void usedPlacesAreForgottenWhenTheyExpireAndWhenThereAreTooMany() {
        clock.advanceMillis(60_000);
        KeptPlace first = place("first", Duration.ZERO);
        comeBack(first).end();
        clock.advanceMillis(LIFETIME.toMillis());
        assertThat(lock.isUsed(first)).isFalse();

        LockMetrics metrics = new LockMetrics(scheduler.now());
        KeptPlaces places = new KeptPlaces(scheduler, metrics, 2);
        for (String nonce : List.of("oldest", "second", "third")) {
            KeptPlace place = place(nonce, Duration.ZERO);
            places.request(place, "1", new Request(nonce), (listener, kept) -> {
                listener.granted(lock.acquire(nonce).join());
                return PendingGrant.DECIDED;
            });
        }
        assertThat(places.isUsed("oldest")).isFalse();
        assertThat(places.isUsed("second")).isTrue();
        assertThat(places.isUsed("third")).isTrue();
    }
}
