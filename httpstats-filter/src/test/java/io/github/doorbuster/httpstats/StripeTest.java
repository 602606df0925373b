package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StripeTest {

    @Test
    void countsGrowWithTheSeries() {
        Stripe stripe = new Stripe.Padded(1, 2, 0);
        stripe.count(0);
        stripe.count(2_900);
        stripe.count(2_900);

        long[] sums = new long[2_901];
        stripe.addCountsTo(sums);

        assertThat(sums[0]).isEqualTo(1);
        assertThat(sums[2_900]).isEqualTo(2);
    }
}
