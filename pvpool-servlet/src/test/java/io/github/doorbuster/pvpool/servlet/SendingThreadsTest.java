package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SendingThreadsTest {

    private static final int ROUNDS = 20_000;
    private static final int SENDERS = 4;

    private final AsyncContext async = mock(AsyncContext.class, withSettings().stubOnly());
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final Queue<Runnable> started = new ConcurrentLinkedQueue<>();
    private final Queue<WaitingResponse> sent = new ConcurrentLinkedQueue<>();

    private WaitingResponse waiting() {
        return new WaitingResponse(async, response, new CompletableFuture<>(), 0);
    }

    private void startLater() {
        doAnswer(call -> started.add(call.getArgument(0))).when(async).start(any());
    }

    @Test
    void oneThreadSendsTheResponsesOfAGroup() {
        startLater();
        SendingThreads threads = new SendingThreads(sent::add);
        List<WaitingResponse> group = List.of(waiting(), waiting(), waiting());
        group.forEach(threads::send);
        assertThat(started).hasSize(1);
        started.remove().run();
        assertThat(sent).containsExactlyElementsOf(group);
    }

    @Test
    void manyResponsesGetMoreThreadsUpToTheProcessors() {
        startLater();
        SendingThreads threads = new SendingThreads(sent::add);
        for (int i = 0; i < 1000; i++) {
            threads.send(waiting());
        }
        assertThat(started).hasSize(Math.min(63, Runtime.getRuntime().availableProcessors()));
    }

    @Test
    void threadThatEndsLeavesNothingBehind() {
        startLater();
        SendingThreads threads = new SendingThreads(sent::add);
        threads.send(waiting());
        started.remove().run();
        threads.send(waiting());
        assertThat(started).hasSize(1);
        started.remove().run();
        assertThat(sent).hasSize(2);
    }

    @Test
    void sentResponseIsNotSentAgain() {
        startLater();
        WaitingResponse waiting = waiting();
        assertThat(waiting.take()).isNotNull();
        new SendingThreads(sent::add).send(waiting);
        assertThat(started).isEmpty();
    }

    @Test
    void stoppingContainerIsReplacedByTheCaller() {
        doThrow(new RejectedExecutionException("stopping")).when(async).start(any());
        new SendingThreads(sent::add).send(waiting());
        assertThat(sent).hasSize(1);
    }

    @Test
    void failedResponseDoesNotKeepTheOthers() {
        startLater();
        SendingThreads threads = new SendingThreads(waiting -> {
            sent.add(waiting);
            throw new IllegalStateException("the request is gone");
        });
        threads.send(waiting());
        threads.send(waiting());
        assertThatCode(started.remove()::run).doesNotThrowAnyException();
        assertThat(sent).hasSize(2);
    }

    @Test
    void everyResponseIsSentWhateverTheTiming() throws Exception {
        CountDownLatch all = new CountDownLatch(SENDERS * ROUNDS);
        ExecutorService container = Executors.newFixedThreadPool(4);
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            doAnswer(call -> {
                        container.execute(call.getArgument(0));
                        return null;
                    })
                    .when(async)
                    .start(any());
            SendingThreads threads = new SendingThreads(waiting -> all.countDown());
            List<CompletableFuture<Void>> sending = new ArrayList<>();
            for (int s = 0; s < SENDERS; s++) {
                sending.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < ROUNDS; i++) {
                                threads.send(waiting());
                            }
                        },
                        senders));
            }
            sending.forEach(CompletableFuture::join);
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            senders.shutdownNow();
            container.shutdownNow();
        }
    }
}
