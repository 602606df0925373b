package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

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
        stripe.begin(0, 1);

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
        shared.begin(0, 1);

        assertThat(shared.isHeld()).isFalse();
        assertThat(shared.addWhileHeldTo(new RequestCounts(1), 0)).isFalse();
    }

    @Test
    void aReaderCopiesAStripeOnlyWhileItDoesNotChange() {
        request(0, 7);
        RequestCounts copy = new RequestCounts(8);
        assertThat(stripe.addWhileHeldTo(copy, 0)).isFalse();
        stripe.tryLock();
        assertThat(stripe.addWhileHeldTo(copy, 0)).isFalse();
        stripe.begin(0, 1);

        assertThat(stripe.addWhileHeldTo(copy, 0)).isTrue();

        assertThat(copy.total(7)).isEqualTo(1);
        stripe.end(0, Outcome.COMPLETED);
        assertThat(stripe.addWhileHeldTo(copy, 0)).isFalse();
    }

    private void request(int slice, int series) {
        stripe.begin(slice, 1);
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
            stripe.begin(0, 1);
        }
        for (int i = 0; i < 4; i++) {
            stripe.end(0, Outcome.COMPLETED);
        }

        assertThat(counts(0).peakInFlight()).isEqualTo(5);
        assertThat(counts(5).peakInFlight()).isEqualTo(5);
        assertThat(counts(6).peakInFlight()).isEqualTo(1);
    }
}
