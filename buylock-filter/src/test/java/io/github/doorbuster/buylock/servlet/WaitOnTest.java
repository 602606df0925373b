package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.RejectedException;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.testing.LogCapture;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a purchase waits: suspended, or on its virtual thread. */
class WaitOnTest {

    private final BuyLock lock =
            BuyLock.builder().store(new InMemoryLockStore()).build();
    private final ExecutorService container = Executors.newCachedThreadPool();
    private final AtomicReference<@Nullable Thread> ranOn = new AtomicReference<>();
    private final AtomicReference<@Nullable Thread> servedOn = new AtomicReference<>();
    private final FilterChain chain = (request, response) -> ranOn.set(Thread.currentThread());

    @AfterEach
    void close() {
        container.shutdownNow();
        lock.close();
    }

    private PurchaseHandler handler(WaitOn waitOn, Predicate<Thread> isVirtual) {
        return new PurchaseHandler(
                lock, BuyLockFilterConfig.builder().waitOn(waitOn).build(), "buylock", isVirtual);
    }

    private Future<FakeExchange> send(PurchaseHandler handler, FakeExchange exchange) {
        return container.submit(() -> {
            servedOn.set(Thread.currentThread());
            handler.handle(exchange.request, exchange.response, chain);
            return exchange;
        });
    }

    @Test
    void onAVirtualThreadAPurchaseWaitsInPlaceAndGoesOnInTheSameCall() throws Exception {
        Grant first = lock.acquire("42").get();
        FakeExchange second = FakeExchange.form("item_id=42");
        Future<FakeExchange> sent = send(handler(WaitOn.AUTO, thread -> true), second);
        await().until(() -> lock.snapshot().waiting() == 1);
        assertThat(ranOn).hasValue(null);
        first.close();

        sent.get(10, TimeUnit.SECONDS);
        assertThat(ranOn).hasValue(servedOn.get());
        verify(second.request, never()).startAsync(any(), any());
        assertThat(lock.snapshot().holding()).isZero();
    }

    @Test
    void asyncSuspendsOnAVirtualThreadToo() throws Exception {
        Grant first = lock.acquire("42").get();
        FakeExchange second = FakeExchange.form("item_id=42");
        AsyncContext async = mock(AsyncContext.class);
        when(second.request.isAsyncSupported()).thenReturn(true);
        when(second.request.startAsync(any(), any())).thenReturn(async);
        send(handler(WaitOn.ASYNC, thread -> true), second).get(10, TimeUnit.SECONDS);
        first.close();

        verify(async).dispatch();
        assertThat(ranOn).hasValue(null);
    }

    @Test
    void threadOnAPlatformThreadIsOneTryAndOneWarning() throws Exception {
        Grant first = lock.acquire("42").get();
        PurchaseHandler handler = handler(WaitOn.THREAD, thread -> false);
        try (LogCapture log = new LogCapture(PurchaseHandler.class.getName())) {
            for (int i = 0; i < 2; i++) {
                FakeExchange taken = FakeExchange.form("item_id=42");
                when(taken.request.isAsyncSupported()).thenReturn(true);
                assertThat(send(handler, taken).get(10, TimeUnit.SECONDS).status())
                        .isEqualTo(503);
                verify(taken.request, never()).startAsync(any(), any());
            }
            // Other tests log to the same logger meanwhile.
            assertThat(log.text().lines().filter(line -> line.contains("waitOn=")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("buylock cannot wait: waitOn=THREAD needs virtual threads");
        }
        first.close();
    }

    @Test
    void closingRejectsAPurchaseThatWaitsOnItsThread() throws Exception {
        Grant first = lock.acquire("42").get();
        PurchaseHandler handler = handler(WaitOn.THREAD, thread -> true);
        Future<FakeExchange> sent = send(handler, FakeExchange.form("item_id=42"));
        await().until(() -> lock.snapshot().waiting() == 1);
        handler.close();

        assertThat(sent.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
        assertThat(sent.get().body()).contains("the application is shutting down");
        assertThat(lock.snapshot().waiting()).isZero();
        assertThat(ranOn).hasValue(null);
        first.close();
    }

    @Test
    void anInterruptedThreadGives503AndStaysInterrupted() throws Exception {
        Grant first = lock.acquire("42").get();
        PurchaseHandler handler = handler(WaitOn.AUTO, thread -> true);
        AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
        FakeExchange second = FakeExchange.form("item_id=42");
        Future<?> sent = container.submit(() -> {
            servedOn.set(Thread.currentThread());
            handler.handle(second.request, second.response, chain);
            interrupted.set(Thread.interrupted());
            return null;
        });
        await().until(() -> lock.snapshot().waiting() == 1);
        servedOn.get().interrupt();
        sent.get(10, TimeUnit.SECONDS);

        assertThat(second.status()).isEqualTo(503);
        assertThat(interrupted).hasValue(true);
        assertThat(lock.snapshot().waiting()).isZero();
        first.close();
    }

    @Test
    void aRejectionWakesTheThread() throws Exception {
        Grant first = lock.acquire("42").get();
        Future<FakeExchange> sent = send(handler(WaitOn.AUTO, thread -> true), FakeExchange.form("item_id=42"));
        await().until(() -> lock.snapshot().waiting() == 1);
        first.soldOut();
        first.close();

        assertThat(sent.get(10, TimeUnit.SECONDS).status()).isEqualTo(409);
        assertThat(lock.snapshot().soldOut()).isEqualTo(1);
        assertThat(lock.snapshot().rejected().get(RejectedException.Reason.CLOSED))
                .isZero();
    }
}
