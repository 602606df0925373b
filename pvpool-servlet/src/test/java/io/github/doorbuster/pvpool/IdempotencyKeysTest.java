package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {

    private final FakeClock clock = new FakeClock();
    private final IdempotencyKeys keys = new IdempotencyKeys(Duration.ofSeconds(60), 2, clock, clock::nanoTime);

    private static Views views(String key, String... ids) {
        return new Views(List.of(ids), key);
    }

    private CompletableFuture<Integer> claim(Views views) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        assertThat(keys.claim(views, result)).isNull();
        return result;
    }

    @Test
    void repetitionGetsResultOfFirstRequest() {
        CompletableFuture<Integer> first = claim(views("k", "a"));
        assertThat(keys.claim(views("k", "a"), new CompletableFuture<>())).isSameAs(first);
        first.complete(1);
        assertThat(keys.claim(views("k", "a"), new CompletableFuture<>())).isCompletedWithValue(1);
    }

    @Test
    void rejectionReleasesKey() {
        claim(views("k", "a")).completeExceptionally(RejectedException.closed());
        assertThat(claim(views("k", "a"))).isNotDone();
    }

    @Test
    void windowStartsAtAcceptance() {
        CompletableFuture<Integer> first = claim(views("k", "a"));
        clock.advance(Duration.ofSeconds(100));
        first.complete(1);
        clock.advance(Duration.ofSeconds(59));
        assertThat(keys.claim(views("k", "a"), new CompletableFuture<>())).isSameAs(first);
        clock.advance(Duration.ofSeconds(1));
        claim(views("k", "a"));
    }

    @Test
    void keyWithOtherViewsIsRejected() {
        claim(views("k", "a"));
        assertThatExceptionOfType(RejectedException.class)
                .isThrownBy(() -> keys.claim(views("k", "b"), new CompletableFuture<>()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.KEY_REUSED));
    }

    @Test
    void newKeysAreRejectedAtLimit() {
        CompletableFuture<Integer> first = claim(views("1", "a"));
        claim(views("2", "a"));
        assertThatExceptionOfType(RejectedException.class)
                .isThrownBy(() -> keys.claim(views("3", "a"), new CompletableFuture<>()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_KEYS))
                .withMessageContaining("maxIdempotencyKeys=2");
        assertThat(keys.claim(views("1", "a"), new CompletableFuture<>())).isSameAs(first);
    }

    @Test
    void recoveredKeyKeepsRestOfWindow() {
        keys.recover(views("old", "a"), clock.instant().minusSeconds(61).toEpochMilli());
        keys.recover(views("young", "a", "b"), clock.instant().minusSeconds(30).toEpochMilli());
        claim(views("old", "a"));
        assertThat(keys.claim(views("young", "a", "b"), new CompletableFuture<>()))
                .isCompletedWithValue(2);
        clock.advance(Duration.ofSeconds(30));
        claim(views("young", "a", "b"));
    }

    @Test
    void listsWithSameHashCodeAreDifferentViews() {
        assertThat(List.of("Aa").hashCode()).isEqualTo(List.of("BB").hashCode());
        claim(views("k", "Aa"));
        assertThatExceptionOfType(RejectedException.class)
                .isThrownBy(() -> keys.claim(views("k", "BB"), new CompletableFuture<>()));
        claim(views("l", "a", "bc"));
        assertThatExceptionOfType(RejectedException.class)
                .isThrownBy(() -> keys.claim(views("l", "ab", "c"), new CompletableFuture<>()));
    }

    @Test
    void recoveredKeyIsKeptWhenTheClockIsWrong() {
        keys.recover(
                views("k", "a"), clock.instant().plus(Duration.ofDays(20_000)).toEpochMilli());
        assertThat(keys.claim(views("k", "a"), new CompletableFuture<>())).isCompletedWithValue(1);
        clock.advance(Duration.ofSeconds(60));
        claim(views("k", "a"));
    }
}
