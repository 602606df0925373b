package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.memcached.FakeMemcached;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nodes that wait for one item while memcached evicts the counter of their line. */
class LostCounterTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final VirtualTime time = new VirtualTime();
    private final FakeMemcached memcached = new FakeMemcached(time, new Random(1), MILLI / 10, false);
    private final List<Grant> running = new ArrayList<>();
    private int mostAtOnce;

    private BuyLock newNode() {
        NodeTimers timers = new NodeTimers(time);
        Scheduler scheduler = new Scheduler(time::now, () -> time.now() / 1_000, timers);
        BuyLockConfig config =
                BuyLockConfig.builder().waitMillis(10_000).rejectHopeless(false).build();
        return new BuyLock(config, memcached.connect(timers), scheduler, Runnable::run, null, Turn::new);
    }

    private final class Buyer implements GrantListener {

        private final long holdMillis;
        private boolean served;

        Buyer(long holdMillis) {
            this.holdMillis = holdMillis;
        }

        @Override
        public void granted(Grant grant) {
            running.add(grant);
            mostAtOnce = Math.max(mostAtOnce, running.size());
            time.after(holdMillis * MILLI, () -> {
                served = true;
                running.remove(grant);
                grant.close();
            });
        }

        @Override
        public void rejected(RejectedException.Reason reason) {
            throw new AssertionError(reason);
        }
    }

    private Buyer request(BuyLock node, long holdMillis) {
        Buyer buyer = new Buyer(holdMillis);
        node.request("1", true, buyer);
        return buyer;
    }

    private void pass(long millis) {
        time.runUntil(time.now() + millis * MILLI);
    }

    @Test
    void noTwoNodesGetTheSameTicket() {
        BuyLock busy = newNode();
        Buyer first = request(busy, 100);
        Buyer next = request(busy, 100);
        pass(10);
        Buyer second = request(newNode(), 20);
        pass(10);
        memcached.evictCounters();
        Buyer third = request(newNode(), 20);
        pass(2_000);

        assertThat(mostAtOnce).isEqualTo(1);
        assertThat(List.of(first, next, second, third)).allMatch(buyer -> buyer.served);
    }

    @Test
    void aNodeWhoseCounterIsLostTakesAnotherTicket() {
        BuyLock busy = newNode();
        for (int i = 0; i < 1_000; i++) {
            request(busy, 5);
        }
        pass(5);
        Buyer other = request(newNode(), 5);
        pass(5);
        memcached.evictCounters();
        pass(1_500);

        assertThat(mostAtOnce).isEqualTo(1);
        assertThat(other.served).isTrue();
    }
}
