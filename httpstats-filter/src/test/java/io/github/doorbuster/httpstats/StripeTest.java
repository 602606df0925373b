package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StripeTest {

    private final Stripe stripe = new Stripe.Padded(0, 1, 2);

    private RequestCounts counts(int slice) {
        RequestCounts sums = new RequestCounts(2_901);
        stripe.addTo(sums, slice);
        return sums;
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
