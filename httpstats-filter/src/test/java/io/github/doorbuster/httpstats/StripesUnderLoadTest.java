package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No request is lost, and none is copied in part, while stripes are bound to threads that come and go. */
class StripesUnderLoadTest {

    private static final int ROUNDS = 150;
    private static final int THREADS = 5;

    /** Enough that a thread has a stripe bound to it for most of them. */
    private static final int REQUESTS = 2_000;

    private final Stripes stripes = new Stripes(8, 2);
    private final Queue<Stripe> begun = new ConcurrentLinkedQueue<>();
    private final AtomicInteger bound = new AtomicInteger();

    /**
     * Each request is counted in two series, with the same number in every copy.
     *
     * @param endedElsewhere one request in so many ends on a thread that it did not begin on
     */
    @ParameterizedTest
    @CsvSource({"1000000", "100", "2"})
    void everyCopyHasEntireRequests(int endedElsewhere) throws Exception {
        long last = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(new Thread(() -> requests(endedElsewhere)));
            }
            threads.forEach(Thread::start);
            do {
                last = copy(last);
            } while (threads.stream().anyMatch(Thread::isAlive));
        }
        begun.forEach(this::end);

        assertThat(copy(last)).isEqualTo((long) ROUNDS * THREADS * (REQUESTS + 1));
        assertThat(stripes.inFlightAtLeast()).isZero();
        assertThat(bound).hasPositiveValue();
    }

    private long copy(long last) {
        RequestCounts copy = stripes.counts(2, 0);
        assertThat(copy.total(0)).isEqualTo(copy.total(1)).isGreaterThanOrEqualTo(last);
        return copy.total(0);
    }

    private void requests(int endedElsewhere) {
        for (int i = 0; i < REQUESTS; i++) {
            Stripe stripe = begin();
            if (ThreadLocalRandom.current().nextInt(endedElsewhere) == 0) {
                begun.add(stripe);
                stripe = begun.remove();
            }
            end(stripe);
        }
        Stripe stripe = begin();
        bound.addAndGet(stripe.isBoundTo(Thread.currentThread()) ? 1 : 0);
        end(stripe);
    }

    private Stripe begin() {
        Stripe stripe = stripes.acquire();
        stripe.begin(0);
        if (!stripe.isExclusive()) {
            stripe.unlock();
        }
        return stripe;
    }

    private void end(Stripe begunOn) {
        Stripe stripe = stripes.acquire(begunOn.index());
        stripe.end(0, Outcome.COMPLETED);
        stripe.count(0);
        stripe.count(1);
        stripe.unlock();
    }
}
