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
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Containers that behave in ways that none of those under test does. */
class PurchaseTest {

    private final BuyLock lock =
            BuyLock.builder().store(new InMemoryLockStore()).build();
    private final HttpServletRequest request = mock(HttpServletRequest.class);
    private final HttpServletResponse response = mock(HttpServletResponse.class);
    private final AsyncContext async = mock(AsyncContext.class);
    private final FilterChain chain = mock(FilterChain.class);

    @AfterEach
    void close() {
        lock.close();
    }

    private Purchase purchase(CompletableFuture<Grant> grant) {
        return new Purchase(request, grant, new RejectionResponse(1));
    }

    private void assertItemIsFree() {
        assertThat(lock.snapshot().items()).isZero();
        assertThat(lock.snapshot().holding()).isZero();
        assertThat(lock.snapshot().waiting()).isZero();
    }

    @Test
    void aContainerThatRejectsTheTimeoutStillGetsTheDispatch() {
        Grant first = lock.acquire("42").join();
        CompletableFuture<Grant> second = lock.acquire("42");
        when(request.startAsync(any(), any())).thenReturn(async);
        when(async.getTimeout()).thenReturn(30_000L);
        purchase(second).suspend(response, new HashSet<>());
        doThrow(new IllegalStateException("the request has returned to the container"))
                .when(async)
                .setTimeout(anyLong());

        first.close();

        verify(async).dispatch();
        verify(async, never()).complete();
        second.join().close();
    }

    @Test
    void aRequestThatCannotBeSuspendedLeavesTheQueue() {
        Grant first = lock.acquire("42").join();
        when(request.startAsync(any(), any())).thenThrow(new IllegalStateException("it has been started already"));
        Purchase second = purchase(lock.acquire("42"));

        assertThatThrownBy(() -> second.suspend(response, new HashSet<>())).isInstanceOf(IllegalStateException.class);
        assertThat(lock.snapshot().waiting()).isZero();
        first.close();
        assertItemIsFree();
    }

    @Test
    void aGrantedRequestThatCannotBeSuspendedAbandonsItsGrant() {
        CompletableFuture<Grant> granted = lock.acquire("42");
        when(request.startAsync(any(), any())).thenThrow(new IllegalStateException("it has been started already"));

        assertThatThrownBy(() -> purchase(granted).suspend(response, new HashSet<>()))
                .isInstanceOf(IllegalStateException.class);
        assertItemIsFree();
        assertThat(lock.snapshot().abandoned()).isEqualTo(1);
    }

    @Test
    void aRequestThatRejectsTheGrantAttributeEndsItsPurchase() throws Exception {
        Purchase purchase = purchase(lock.acquire("42"));
        doThrow(new IllegalStateException("a listener rejects it"))
                .when(request)
                .setAttribute(eq(BuyLockFilter.GRANT), any());

        assertThatThrownBy(() -> purchase.proceed(response, chain)).isInstanceOf(IllegalStateException.class);
        verify(chain, never()).doFilter(any(), any());
        assertItemIsFree();
    }
}
