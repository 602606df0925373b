package io.github.doorbuster.pvpool.servlet;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncResponderTest {

    private final AsyncResponder responder = new AsyncResponder(HttpLimits.DEFAULTS);
    private final HttpServletResponse response = mock();

    @AfterEach
    void close() {
        responder.close();
    }

    /** Lets a request wait, and completes it. */
    private void sendLater(AsyncContext async) throws IOException {
        HttpServletRequest request = mock();
        when(request.isAsyncSupported()).thenReturn(true);
        when(request.startAsync()).thenReturn(async);
        when(response.getOutputStream()).thenReturn(mock(ServletOutputStream.class));
        CompletableFuture<Integer> accepted = new CompletableFuture<>();
        responder.send(request, response, accepted);
        accepted.complete(1);
    }

    @Test
    void responseIsSentAfterTheContainerHasDroppedTheTaskOfAnother() throws IOException {
        AsyncContext ended = mock(); // drops its task, as a container does if the request has ended
        sendLater(ended);
        verify(ended).start(any());
        AsyncContext next = mock();
        doAnswer(call -> {
                    call.<Runnable>getArgument(0).run();
                    return null;
                })
                .when(next)
                .start(any());
        sendLater(next);
        verify(next).complete();
        verify(response).setStatus(HttpServletResponse.SC_ACCEPTED);
    }

    @Test
    void containerWithoutAThreadIsStillAnswered() throws IOException {
        AsyncContext stopping = mock();
        doThrow(new RejectedExecutionException()).when(stopping).start(any());
        sendLater(stopping);
        verify(stopping).complete();
        verify(stopping, never()).dispatch();
        verify(response).setStatus(HttpServletResponse.SC_ACCEPTED);
    }
}
