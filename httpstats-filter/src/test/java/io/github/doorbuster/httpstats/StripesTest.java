package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StripesTest {

    /** More requests than a thread needs until its stripe is bound to it. */
    private static final int MANY = 1_000;

    private final Stripes stripes = new Stripes(16, 2);
    private final List<ExecutorService> threads = new ArrayList<>();

    @AfterEach
    void endThreads() {
        threads.forEach(ExecutorService::shutdownNow);
    }

    private ExecutorService newThread() {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        threads.add(thread);
        return thread;
    }

    private static <T> T on(ExecutorService thread, Callable<T> work) throws Exception {
        return thread.submit(work).get();
    }

    private Stripe begin() {
        Stripe stripe = stripes.acquire();
        stripe.begin(0);
        return stripe;
    }

    private void end(Stripe begun) {
        Stripe stripe = stripes.acquire(begun.index());
        stripe.end(0, Outcome.COMPLETED);
        stripe.count(0);
        stripe.unlock();
    }

    /** The stripe of the last one of many requests of the current thread. */
    private Stripe requests() {
        for (int i = 1; i < MANY; i++) {
            end(begin());
        }
        Stripe last = begin();
        end(last);
        return last;
    }

    @Test
    void aThreadGetsAStripeOfItsOwnWithItsRequests() throws Exception {
        ExecutorService thread = newThread();
        Stripe first = on(thread, stripes::acquire);
        assertThat(first.isBound()).isFalse();
        first.unlock();

        Stripe bound = on(thread, this::requests);

        assertThat(bound.isBound()).isTrue();
        assertThat(bound.isExclusive()).isTrue();
        assertThat(on(newThread(), bound::tryLock)).isFalse();
    }

    @Test
    void aThreadReturnsToItsStripeWhenItsRequestHasEndedElsewhere() throws Exception {
        ExecutorService thread = newThread();
        Stripe bound = on(thread, this::requests);
        assertThat(on(thread, this::begin)).isSameAs(bound);

        Stripe other = on(thread, this::requests);

        assertThat(other).isNotSameAs(bound);
        assertThat(other.isBound()).isFalse();
        end(bound);
        assertThat(on(thread, this::begin)).isSameAs(bound);
    }

    @Test
    void halfOfTheExclusiveStripesAreNotBound() throws Exception {
        Set<Stripe> bound = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Stripe stripe = on(newThread(), this::requests);
            if (stripe.isBound()) {
                assertThat(bound.add(stripe)).isTrue();
            }
        }

        assertThat(bound).hasSize(4);
    }

    @Test
    void aStripeIsBoundAgainAfterItsThreadHasEnded() throws Exception {
        for (int i = 0; i < 20; i++) {
            Stripe[] bound = new Stripe[1];
            Thread thread = new Thread(() -> bound[0] = requests());
            thread.start();
            thread.join();

            assertThat(bound[0].isBoundTo(thread)).isTrue();
            if (i % 2 == 0) {
                stripes.releaseEnded();
                assertThat(bound[0].isBoundTo(thread)).isFalse();
            }
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anErrorThatLeavesSharedStripesLockedDoesNotStopTheirThread() {
        for (int i = 0; i < 3 * stripes.size(); i++) {
            Stripe left = stripes.acquireShared();
            left.begin(0);
            left.end(0, Outcome.COMPLETED);
            left.count(0);
        }

        assertThat(stripes.counts(1, 0).total(0)).isEqualTo(3L * stripes.size());
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anExclusiveStripeThatAnErrorHasLeftLockedIsReadAndNotUsed() {
        Stripe left = begin();
        left.end(0, Outcome.COMPLETED);
        left.count(0);
        for (int i = 0; i < 10; i++) {
            Stripe next = begin();
            assertThat(next).isNotSameAs(left);
            end(next);
        }

        assertThat(left.tryLock()).isFalse();
        assertThat(stripes.counts(1, 0).total(0)).isEqualTo(11);
        assertThat(stripes.inFlightAtLeast()).isZero();
    }
}
