package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class OperationsTest {

    private static final long TIMEOUT = 250;

    private final List<@Nullable StatusCode> aftermath = new ArrayList<>();
    private long now;
    private final Operations operations = new Operations(TIMEOUT, () -> now);

    private Reply newReply(int keys) {
        return new Reply(operations, keys) {
            @Override
            void aftermath(@Nullable StatusCode late) {
                aftermath.add(late);
            }
        };
    }

    private Reply send() {
        return operations.send(newReply(1), reply -> {});
    }

    private static void memcachedAnswers(Reply reply, StatusCode code) {
        reply.receivedStatus(new OperationStatus(code == StatusCode.SUCCESS, code.name(), code));
        reply.complete();
    }

    @ParameterizedTest
    @EnumSource(
            value = StatusCode.class,
            names = {"SUCCESS", "ERR_NOT_STORED", "ERR_NOT_FOUND", "ERR_EXISTS"})
    void aClearAnswerIsPassedOn(StatusCode code) {
        Reply reply = send();
        memcachedAnswers(reply, code);

        assertThat(reply).isCompletedWithValue(code);
        assertThat(aftermath).isEmpty();
        assertThat(operations.failed()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = StatusCode.class,
            names = {"SUCCESS", "ERR_NOT_STORED", "ERR_NOT_FOUND", "ERR_EXISTS"},
            mode = Mode.EXCLUDE)
    void anyOtherLeavesItUnknownWhetherTheServerDidIt(StatusCode code) {
        Reply reply = send();
        memcachedAnswers(reply, code);

        assertThat(reply).isCompletedExceptionally();
        assertThat(aftermath).hasSize(1).containsOnlyNulls();
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void anEndWithoutAStatusLeavesItUnknownToo() {
        Reply reply = send();
        reply.complete();

        assertThat(reply).isCompletedExceptionally();
        assertThat(aftermath).hasSize(1).containsOnlyNulls();
    }

    @Test
    void aSilentOperationIsGivenUpWhenItsTimeIsOverAndNotBefore() {
        Reply reply = send();
        now = TIMEOUT - 1;
        operations.giveUpOverdue();
        assertThat(reply).isNotDone();

        now = TIMEOUT;
        operations.giveUpOverdue();
        assertThat(reply).isCompletedExceptionally();
        assertThat(reply.handle((answer, why) -> why).join()).isInstanceOf(NoAnswerException.class);
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void whatSucceedsAfterItWasGivenUpIsHeardOf() {
        Reply reply = send();
        now = TIMEOUT;
        operations.giveUpOverdue();
        memcachedAnswers(reply, StatusCode.SUCCESS);

        assertThat(aftermath).containsExactly(StatusCode.SUCCESS);
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void anAnsweredOperationIsNotGivenUp() {
        Reply reply = send();
        memcachedAnswers(reply, StatusCode.SUCCESS);
        now = TIMEOUT;
        operations.giveUpOverdue();

        assertThat(reply).isCompleted();
        assertThat(operations.failed()).isZero();
    }

    @Test
    void anOperationCountsAsManyAsItHasKeys() {
        send();
        operations.send(newReply(3), reply -> {});
        now = TIMEOUT;
        operations.giveUpOverdue();

        assertThat(operations.sent()).isEqualTo(4);
        assertThat(operations.failed()).isEqualTo(4);
    }

    @Test
    void whatIsInFlightWhenTheStoreClosesFailsAndSoDoesWhateverIsSentLater() {
        Reply before = send();
        operations.close();
        Reply after = send();

        assertThat(before).isCompletedExceptionally();
        assertThat(after).isCompletedExceptionally();
    }

    static List<Throwable> refusals() {
        return List.of(new IllegalStateException("the queue is full"), new AssertionError("the I/O thread has ended"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatCannotBeSentFailsAtOnceAndHasNoAftermath(Throwable refusal) {
        Reply reply = operations.send(newReply(1), unsent -> {
            if (refusal instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) refusal;
        });

        assertThat(reply).isCompletedExceptionally();
        assertThat(aftermath).isEmpty();
        assertThat(operations.sent()).isEqualTo(1);
        assertThat(operations.failed()).isEqualTo(1);
    }
}
