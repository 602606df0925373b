package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class InFlightOperationsTest {

    private static final long TIMEOUT = 250;

    private final List<StatusCode> late = new ArrayList<>();
    private int unclear;
    private long now;
    private final InFlightOperations operations = new InFlightOperations(TIMEOUT, () -> now);

    private ReplyFuture newReply(int keys) {
        return new ReplyFuture(operations, keys) {
            @Override
            void onLateReply(StatusCode code) {
                late.add(code);
            }

            @Override
            void onUnclearReply() {
                unclear++;
            }
        };
    }

    private ReplyFuture send() {
        return operations.send(newReply(1), reply -> {});
    }

    private static void receive(StatusCode code, ReplyFuture reply) {
        reply.receivedStatus(new OperationStatus(code == StatusCode.SUCCESS, code.name(), code));
        reply.complete();
    }

    @ParameterizedTest
    @EnumSource(
            value = StatusCode.class,
            names = {"SUCCESS", "ERR_NOT_STORED", "ERR_NOT_FOUND", "ERR_EXISTS"})
    void aClearStatusCompletesTheReply(StatusCode code) {
        ReplyFuture reply = send();
        receive(code, reply);

        assertThat(reply).isCompletedWithValue(code);
        assertThat(late).isEmpty();
        assertThat(unclear).isZero();
        assertThat(operations.failed()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = StatusCode.class,
            names = {"SUCCESS", "ERR_NOT_STORED", "ERR_NOT_FOUND", "ERR_EXISTS"},
            mode = Mode.EXCLUDE)
    void anyOtherStatusIsUnclear(StatusCode code) {
        ReplyFuture reply = send();
        receive(code, reply);

        assertThat(reply).isCompletedExceptionally();
        assertThat(unclear).isEqualTo(1);
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void aMissingStatusIsUnclear() {
        ReplyFuture reply = send();
        reply.complete();

        assertThat(reply).isCompletedExceptionally();
        assertThat(unclear).isEqualTo(1);
    }

    @Test
    void anOperationFailsAtItsTimeoutAndNotBefore() {
        ReplyFuture reply = send();
        now = TIMEOUT - 1;
        operations.failTimedOut();
        assertThat(reply).isNotDone();

        now = TIMEOUT;
        operations.failTimedOut();
        assertThat(reply).isCompletedExceptionally();
        assertThat(reply.handle((code, failure) -> failure).join()).isInstanceOf(NoReplyException.class);
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void aReplyAfterTheTimeoutIsLate() {
        ReplyFuture reply = send();
        now = TIMEOUT;
        operations.failTimedOut();
        receive(StatusCode.SUCCESS, reply);

        assertThat(late).containsExactly(StatusCode.SUCCESS);
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void anUnclearReplyAfterTheTimeoutIsUnclear() {
        ReplyFuture reply = send();
        now = TIMEOUT;
        operations.failTimedOut();
        receive(StatusCode.CANCELLED, reply);

        assertThat(late).isEmpty();
        assertThat(unclear).isEqualTo(1);
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void aCompletedOperationDoesNotTimeOut() {
        ReplyFuture reply = send();
        receive(StatusCode.SUCCESS, reply);
        now = TIMEOUT;
        operations.failTimedOut();

        assertThat(reply).isCompleted();
        assertThat(operations.failed()).isZero();
    }

    @Test
    void anOperationCountsOncePerKey() {
        send();
        operations.send(newReply(3), reply -> {});
        now = TIMEOUT;
        operations.failTimedOut();

        assertThat(operations.sent()).isEqualTo(4);
        assertThat(operations.failed()).isEqualTo(4);
    }

    @Test
    void closeFailsOperationsInFlightAndLaterOnes() {
        ReplyFuture before = send();
        operations.close();
        ReplyFuture after = send();

        assertThat(before).isCompletedExceptionally();
        assertThat(after).isCompletedExceptionally();
    }

    static List<Throwable> sendFailures() {
        return List.of(new IllegalStateException("the queue is full"), new AssertionError("the I/O thread has ended"));
    }

    @ParameterizedTest
    @MethodSource("sendFailures")
    void anOperationThatCannotBeSentFailsAtOnce(Throwable failure) {
        ReplyFuture reply = operations.send(newReply(1), unsent -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        });

        assertThat(reply).isCompletedExceptionally();
        assertThat(late).isEmpty();
        assertThat(unclear).isZero();
        assertThat(operations.sent()).isEqualTo(1);
        assertThat(operations.failed()).isEqualTo(1);
    }
}
