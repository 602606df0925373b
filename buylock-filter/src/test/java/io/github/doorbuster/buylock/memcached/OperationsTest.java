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

class OperationsTest {

    private static final long TIMEOUT = 250;

    private final List<@Nullable StatusCode> aftermath = new ArrayList<>();
    private long now;
    private final Operations operations = new Operations(TIMEOUT, () -> now);

    private Reply newReply() {
        return new Reply(operations) {
            @Override
            void aftermath(@Nullable StatusCode late) {
                aftermath.add(late);
            }
        };
    }

    private Reply send() {
        return operations.send(1, newReply(), reply -> {});
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
        operations.send(3, newReply(), reply -> {});

        assertThat(operations.sent()).isEqualTo(4);
    }

    @Test
    void whatCannotBeSentFailsAtOnceAndHasNoAftermath() {
        Reply reply = operations.send(1, newReply(), unsent -> {
            throw new IllegalStateException("the queue is full");
        });

        assertThat(reply).isCompletedExceptionally();
        assertThat(aftermath).isEmpty();
        assertThat(operations.sent()).isEqualTo(1);
        assertThat(operations.failed()).isEqualTo(1);
    }
}
