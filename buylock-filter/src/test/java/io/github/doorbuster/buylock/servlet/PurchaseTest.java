package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers that behave in ways that none of those under test does. */
class PurchaseTest {

    private final BuyLock lock = BuyLock.builder()
            .store(new InMemoryLockStore())
            .executor(Runnable::run)
            .build();
    private final PurchaseHandler handler =
            new PurchaseHandler(lock, BuyLockFilterConfig.builder().build(), "buylock", thread -> false);
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final AsyncContext async = mock(AsyncContext.class);
    private final FilterChain chain = mock(FilterChain.class);

    @AfterEach
    void close() {
        lock.close();
    }

    @BeforeEach
    void setUp() throws Exception {
        when(request.startAsync(any(), any())).thenReturn(async);
        when(async.getTimeout()).thenReturn(30_000L);
        when(async.getResponse()).thenReturn(response);
        when(response.getOutputStream()).thenReturn(mock(ServletOutputStream.class));
    }

    private Purchase purchase() {
        Purchase purchase = new Purchase(handler, request, "42", null, true);
        purchase.setPending(lock.request("42", true, purchase));
        return purchase;
    }

    /** A purchase that waits for another one. */
    private Purchase suspended() {
        Purchase purchase = purchase();
        purchase.suspend(response);
        return purchase;
    }

    private void assertItemIsFree() {
        assertThat(lock.snapshot().items()).isZero();
        assertThat(lock.snapshot().holding()).isZero();
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void aContainerThatRejectsTheTimeoutStillGetsTheDispatch() {
        Grant first = lock.acquire("42").join();
        Purchase second = suspended();
        doThrow(new IllegalStateException("the request has returned to the container"))
                .when(async)
                .setTimeout(anyLong());

        first.close();

        verify(async).dispatch();
        verify(async, never()).complete();
        second.onComplete(new AsyncEvent(async));
        assertItemIsFree();
    }

    @Test
    void aRejectionIsWrittenWithoutADispatch() throws Exception {
        Grant first = lock.acquire("42").join();
        suspended();
        lock.close();

        verify(response).setStatus(503);
        verify(async).complete();
        verify(async, never()).dispatch();
        first.close();
    }

    @Test
    void aContainerThatRejectsTheDispatchFreesTheItem() {
        Grant first = lock.acquire("42").join();
        suspended();
        doThrow(new IllegalStateException("the application is being undeployed"))
                .when(async)
                .dispatch();

        first.close();

        verify(response).setStatus(503);
        verify(async).complete();
        assertItemIsFree();
    }

    @Test
    void aRequestThatCannotBeSuspendedLeavesTheQueue() {
        Grant first = lock.acquire("42").join();
        when(request.startAsync(any(), any())).thenThrow(new IllegalStateException("it has been started already"));

        assertThatThrownBy(this::suspended).isInstanceOf(IllegalStateException.class);
        assertThat(lock.snapshot().waiting()).isZero();
        assertThat(lock.snapshot().cancelled()).isEqualTo(1);
        first.close();
        assertItemIsFree();
    }

    @Test
    void aGrantedRequestThatCannotBeSuspendedAbandonsItsGrant() {
        when(request.startAsync(any(), any())).thenThrow(new IllegalStateException("it has been started already"));

        assertThatThrownBy(this::suspended).isInstanceOf(IllegalStateException.class);
        assertItemIsFree();
        assertThat(lock.snapshot().abandoned()).isEqualTo(1);
    }

    @Test
    void aGrantThatArrivesAfterTheClientLeftIsNotKept() {
        Grant first = lock.acquire("42").join();
        Purchase second = suspended();
        second.onError(new AsyncEvent(async));
        second.onComplete(new AsyncEvent(async));

        first.close();

        verify(async, never()).dispatch();
        assertItemIsFree();
        assertThat(lock.snapshot().cancelled()).isEqualTo(1);
    }

    @Test
    void aRequestThatRejectsTheGrantAttributeEndsItsPurchase() throws Exception {
        Purchase purchase = purchase();
        assertThat(purchase.tryResume()).isTrue();
        doThrow(new IllegalStateException("a listener rejects it"))
                .when(request)
                .setAttribute(eq(BuyLockFilter.GRANT), any());

        assertThatThrownBy(() -> purchase.proceed(response, chain)).isInstanceOf(IllegalStateException.class);
        verify(chain, never()).doFilter(any(), any());
        assertItemIsFree();
    }

    @Test
    void theFilterStopsWaitingIfDispatchesBypassIt() throws Exception {
        when(request.getMethod()).thenReturn("POST");
        when(request.isAsyncSupported()).thenReturn(true);
        when(request.getQueryString()).thenReturn("id=42");
        PurchaseHandler wronglyMapped = new PurchaseHandler(
                lock, BuyLockFilterConfig.builder().itemId("query:id").build(), "buylock", thread -> false);
        for (int i = 0; i < 3; i++) {
            Grant first = lock.acquire("42").join();
            Purchase second = new Purchase(wronglyMapped, request, "42", null, true);
            second.setPending(lock.request("42", true, second));
            second.suspend(response);
            first.close();
            assertThat(lock.snapshot().holding()).as("the application runs").isEqualTo(1);
            second.onComplete(new AsyncEvent(async));
        }
        Grant first = lock.acquire("42").join();
        wronglyMapped.handle(request, response, chain);

        verify(response).setStatus(503);
        verify(chain, never()).doFilter(any(), any());
        first.close();
        assertItemIsFree();
    }
}
