package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final List<WaitingResponse> expired = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 5; // a nanoTime may overflow

    private WaitingResponse add(Deadlines deadlines) {
        WaitingResponse waiting = new WaitingResponse(
                mock(AsyncContext.class), mock(HttpServletResponse.class), new CompletableFuture<>(), deadlines.next());
        deadlines.add(waiting);
        return waiting;
    }

    private void expire(WaitingResponse waiting) {
        if (waiting.take() != null) {
            expired.add(waiting);
        }
    }

    @Test
    void responsesExpireAtTheirDeadline() {
        try (Deadlines deadlines = new Deadlines(HOUR_MILLIS, () -> nanos, this::expire)) {
            WaitingResponse first = add(deadlines);
            nanos += 1000;
            WaitingResponse second = add(deadlines);
            nanos += TimeUnit.HOURS.toNanos(1) - 1001;
            deadlines.sweep();
            assertThat(expired).isEmpty();
            nanos++;
            deadlines.sweep();
            assertThat(expired).containsExactly(first);
            nanos += 1000;
            deadlines.sweep();
            assertThat(expired).containsExactly(first, second);
        }
    }

    @Test
    void sentResponsesDoNotExpire() {
        try (Deadlines deadlines = new Deadlines(HOUR_MILLIS, () -> nanos, this::expire)) {
            WaitingResponse first = add(deadlines);
            WaitingResponse second = add(deadlines);
            assertThat(first.take()).isNotNull();
            nanos += TimeUnit.HOURS.toNanos(1);
            deadlines.sweep();
            assertThat(expired).containsExactly(second);
        }
    }

    @Test
    void sweepsByItself() {
        List<WaitingResponse> swept = new CopyOnWriteArrayList<>();
        try (Deadlines deadlines = new Deadlines(20, System::nanoTime, swept::add)) {
            WaitingResponse first = add(deadlines);
            await().until(() -> swept.contains(first));
            WaitingResponse second = add(deadlines);
            await().until(() -> swept.contains(second));
        }
    }

    @Test
    void errorInOneResponseDoesNotEndTheSweeps() {
        List<WaitingResponse> swept = new CopyOnWriteArrayList<>();
        try (Deadlines deadlines = new Deadlines(20, System::nanoTime, waiting -> {
            swept.add(waiting);
            throw new IllegalStateException("the container is gone");
        })) {
            WaitingResponse first = add(deadlines);
            WaitingResponse second = add(deadlines);
            await().until(() -> swept.containsAll(List.of(first, second)));
        }
    }

    @Test
    void addAfterCloseIsIgnored() {
        Deadlines deadlines = new Deadlines(20, System::nanoTime, this::expire);
        deadlines.close();
        add(deadlines);
        assertThat(expired).isEmpty();
    }
}
