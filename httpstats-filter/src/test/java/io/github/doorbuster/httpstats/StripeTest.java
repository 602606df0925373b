package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StripeTest {

    private final Stripe stripe = new Stripe.Padded(0, true, 1, 2);

    private RequestCounts counts(int slice) {
        RequestCounts sums = new RequestCounts(2_901);
        stripe.addTo(sums, slice);
        return sums;
    }

    @Test
    void aRequestHasAnExclusiveStripeUntilItEnds() {
        assertThat(stripe.tryLock()).isTrue();
        assertThat(stripe.isHeld()).isFalse();
        stripe.begin(0);

        assertThat(stripe.isHeld()).isTrue();
        assertThat(stripe.tryLock()).isFalse();
        stripe.end(0, Outcome.COMPLETED);

        assertThat(stripe.isHeld()).isFalse();
        assertThat(stripe.tryLock()).isFalse();
        stripe.unlock();
        assertThat(stripe.tryLock()).isTrue();
    }

    @Test
    void noRequestHasASharedStripe() {
        Stripe shared = new Stripe.Padded(0, false, 1, 2);
        shared.tryLock();
        shared.begin(0);

        assertThat(shared.isHeld()).isFalse();
        assertThat(shared.addUnchangedTo(new RequestCounts(1), 0)).isFalse();
        shared.unlock();
        assertThat(shared.addUnchangedTo(new RequestCounts(1), 0)).isTrue();
    }

    @Test
    void onlyItsThreadLocksABoundStripe() throws Exception {
        Thread owner = new Thread(() -> {});
        stripe.tryLock();
        stripe.bindTo(owner);
        assertThat(stripe.tryLockBound(owner)).isFalse();
        stripe.unlock();

        assertThat(stripe.tryLock()).isFalse();
        assertThat(stripe.tryLockBound(Thread.currentThread())).isFalse();
        assertThat(stripe.tryLockBound(owner)).isTrue();
        assertThat(stripe.tryLockBound(owner)).isFalse();
        stripe.unlock();
        assertThat(stripe.tryLockBound(owner)).isTrue();
    }

    @Test
    void aStripeIsBoundUntilItsThreadHasEndedAndItsRequestToo() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Thread owner = new Thread(() -> {
            stripe.tryLock();
            stripe.bindTo(Thread.currentThread());
            stripe.begin(0);
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        owner.start();
        begun.await();
        stripe.releaseIfEnded();
        assertThat(stripe.isBound()).isTrue();
        end.countDown();
        owner.join();

        stripe.releaseIfEnded();
        assertThat(stripe.isBound()).isTrue();
        stripe.end(0, Outcome.COMPLETED);
        stripe.unlock();
        assertThat(stripe.tryLock()).isFalse();
        stripe.releaseIfEnded();
        assertThat(stripe.isBound()).isFalse();
        assertThat(stripe.tryLock()).isTrue();
    }

    @Test
    void requestsAvoidAStripeThatAReaderAwaits() {
        Thread current = Thread.currentThread();
        stripe.setAwaited(true);
        assertThat(stripe.tryLock()).isFalse();
        stripe.setAwaited(false);
        assertThat(stripe.tryLock()).isTrue();
        stripe.bindTo(current);
        stripe.unlock();

        stripe.setAwaited(true);
        assertThat(stripe.tryLockBound(current)).isFalse();
        stripe.setAwaited(false);
        assertThat(stripe.tryLockBound(current)).isTrue();
    }

    @Test
    void onlyTheThreadThatHasLockedASharedStripeLocksItAgain() {
        Stripe shared = new Stripe.Padded(0, false, 1, 2);
        assertThat(shared.tryLockShared(7)).isTrue();

        assertThat(shared.tryLockShared(8)).isFalse();
        assertThat(shared.tryLockShared(7)).isTrue();
        shared.unlock();
        assertThat(shared.tryLockShared(8)).isTrue();
        assertThat(shared.tryLockShared(7)).isFalse();
    }

    @Test
    void aReaderCopiesAStripeOnlyWhileItDoesNotChange() {
        request(0, 7);
        RequestCounts copy = new RequestCounts(8);
        assertThat(stripe.addUnchangedTo(copy, 0)).isTrue();
        assertThat(copy.total(7)).isEqualTo(1);
        stripe.tryLock();
        assertThat(stripe.addUnchangedTo(copy, 0)).isFalse();
        stripe.begin(0);
        copy.clear();

        assertThat(stripe.addUnchangedTo(copy, 0)).isTrue();

        assertThat(copy.total(7)).isEqualTo(1);
        stripe.end(0, Outcome.COMPLETED);
        assertThat(stripe.addUnchangedTo(copy, 0)).isFalse();
    }

    private void request(int slice, int series) {
        stripe.begin(slice);
        stripe.end(slice, Outcome.COMPLETED);
        stripe.count(series);
    }

    @Test
    void countsGrowWithTheSeries() {
        request(0, 0);
        request(0, 2_900);
        request(0, 2_900);

        assertThat(counts(0).total(0)).isEqualTo(1);
        assertThat(counts(0).total(2_900)).isEqualTo(2);
    }

    @Test
    void theWindowHasTheLastSixSlices() {
        for (int slice = 0; slice < 20; slice++) {
            request(slice, 0);
            request(slice, 100 + slice);

            assertThat(counts(slice).window(0)).isEqualTo(Math.min(6, slice + 1));
            assertThat(counts(slice).total(0)).isEqualTo(slice + 1);
            assertThat(counts(slice).window(100)).isEqualTo(slice < 6 ? 1 : 0);
        }
    }

    @Test
    void anIdleStripeLeavesTheWindow() {
        request(3, 0);

        assertThat(counts(8).window(0)).isEqualTo(1);
        assertThat(counts(9).window(0)).isZero();
        assertThat(counts(1_000).window(0)).isZero();
        assertThat(counts(1_000).total(0)).isEqualTo(1);
    }

    @Test
    void thePeakIsThatOfTheWindow() {
        for (int i = 0; i < 5; i++) {
            stripe.begin(0);
        }
        for (int i = 0; i < 4; i++) {
            stripe.end(0, Outcome.COMPLETED);
        }

        assertThat(counts(0).peakInFlight()).isEqualTo(5);
        assertThat(counts(5).peakInFlight()).isEqualTo(5);
        assertThat(counts(6).peakInFlight()).isEqualTo(1);
    }
}
