package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.github.doorbuster.buylock.memcached.Operations.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import net.spy.memcached.internal.OperationFuture;
import net.spy.memcached.ops.Operation;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class OperationsTest {

    private static final long TIMEOUT = 250;

    private final CountDownLatch latch = new CountDownLatch(1);
    private final OperationFuture<Boolean> future = new OperationFuture<>("buy/42", latch, 0, new DirectExecutor());
    private final List<Answer<Boolean>> aftermath = new ArrayList<>();
    private long now;
    private final Operations operations = new Operations(TIMEOUT, () -> now);

    private CompletableFuture<Answer<Boolean>> send() {
        future.setOperation(mock(Operation.class));
        return operations.send(() -> future, aftermath::add);
    }

    private void memcachedAnswers(StatusCode code) {
        boolean success = code == StatusCode.SUCCESS;
        future.set(success, new OperationStatus(success, code.name(), code));
        latch.countDown();
        future.signalComplete();
    }

    @ParameterizedTest
    @EnumSource(
            value = StatusCode.class,
            names = {"SUCCESS", "ERR_NOT_STORED", "ERR_NOT_FOUND", "ERR_EXISTS"})
    void aClearAnswerIsPassedOn(StatusCode code) {
        CompletableFuture<Answer<Boolean>> reply = send();
        memcachedAnswers(code);

        assertThat(reply.join().code()).isEqualTo(code);
        assertThat(aftermath).isEmpty();
        assertThat(operations.failed()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = StatusCode.class,
            names = {"SUCCESS", "ERR_NOT_STORED", "ERR_NOT_FOUND", "ERR_EXISTS"},
            mode = Mode.EXCLUDE)
    void anyOtherLeavesItUnknownWhetherTheServerDidIt(StatusCode code) {
        CompletableFuture<Answer<Boolean>> reply = send();
        memcachedAnswers(code);

        assertThat(reply).isCompletedExceptionally();
        assertThat(aftermath).hasSize(1).containsOnlyNulls();
        assertThat(operations.failed()).isEqualTo(1);
    }

    @Test
    void aSilentOperationIsGivenUpWhenItsTimeIsOverAndNotBefore() {
        CompletableFuture<Answer<Boolean>> reply = send();
        now = TIMEOUT - 1;
        operations.giveUpOverdue();
        assertThat(reply).isNotDone();

        now = TIMEOUT;
        operations.giveUpOverdue();
        assertThat(reply).isCompletedExceptionally();
        assertThat(reply.handle((answer, why) -> why).join()).isInstanceOf(NoAnswerException.class);
        assertThat(operations.failed()).isEqualTo(1);
        assertThat(future.isCancelled()).isFalse();
    }

    @Test
    void whatSucceedsAfterItWasGivenUpIsHeardOf() {
        send();
        now = TIMEOUT;
        operations.giveUpOverdue();
        memcachedAnswers(StatusCode.SUCCESS);

        assertThat(aftermath).hasSize(1);
        assertThat(aftermath.get(0).isSuccess()).isTrue();
    }

    @Test
    void anAnsweredOperationIsNotGivenUp() {
        CompletableFuture<Answer<Boolean>> reply = send();
        memcachedAnswers(StatusCode.SUCCESS);
        now = TIMEOUT;
        operations.giveUpOverdue();

        assertThat(reply).isCompleted();
        assertThat(operations.failed()).isZero();
    }

    @Test
    void whatCannotBeSentFailsAtOnceAndHasNoAftermath() {
        CompletableFuture<Answer<Boolean>> reply = operations.send(
                () -> {
                    throw new IllegalStateException("the queue is full");
                },
                aftermath::add);

        assertThat(reply).isCompletedExceptionally();
        assertThat(aftermath).isEmpty();
        assertThat(operations.sent()).isEqualTo(1);
        assertThat(operations.failed()).isEqualTo(1);
    }
}
