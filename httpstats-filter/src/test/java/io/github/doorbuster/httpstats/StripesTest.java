package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StripesTest {

    private final Stripes stripes = new Stripes(2, 2);

    /** An error before the request has ended unlocks its stripe, which then counts one request in flight too many. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStripeThatAnErrorHasLeftLockedIsReadAllTheSame() {
        Stripe failed = stripes.acquire();
        failed.begin(0, 1);
        failed.unlock();
        Stripe next = stripes.acquire();
        assertThat(next).isSameAs(failed);
        next.begin(0, 1);
        Stripe end = stripes.acquire(next.index());
        assertThat(end).isNotSameAs(next);
        end.end(0, Outcome.COMPLETED);
        end.count(0);
        end.unlock();
        assertThat(next.tryLock()).isFalse();

        assertThat(stripes.counts(1, 0).total(0)).isEqualTo(1);
        assertThat(stripes.inFlightAtLeast()).isEqualTo(1);
    }
}
