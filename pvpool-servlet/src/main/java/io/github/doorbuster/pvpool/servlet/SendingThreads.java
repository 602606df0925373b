package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.servlet.WaitingResponse.Exchange;
import jakarta.servlet.AsyncContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends responses on threads of the container, because neither the journal's thread nor the timer may wait for a
 * client. One fsync decides many requests at once, so a thread sends many responses: a thread for each would cost more
 * than the response.
 */
final class SendingThreads {

    private static final Logger LOG = System.getLogger(PvPoolServlet.class.getName());

    /** So many waiting responses keep one thread busy. */
    private static final int RESPONSES_PER_THREAD = 16;

    private final Consumer<WaitingResponse> sender;
    private final int maxThreads = Runtime.getRuntime().availableProcessors();
    private final Queue<WaitingResponse> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger threads = new AtomicInteger();

    SendingThreads(Consumer<WaitingResponse> sender) {
        this.sender = sender;
    }

    /** Sends a response soon, unless it has been sent. */
    void send(WaitingResponse waiting) {
        Exchange exchange = waiting.peek();
        if (exchange == null) {
            return;
        }
        queue.add(waiting);
        int waitingNow = queued.incrementAndGet();
        int running = threads.get();
        if (running < maxThreads
                && waitingNow > running * RESPONSES_PER_THREAD
                && threads.compareAndSet(running, running + 1)) {
            start(exchange.async());
        }
    }

    private void start(AsyncContext async) {
        try {
            async.start(this::sendAll);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the container is stopping and has no thread; responding on this one", e);
            sendAll();
        }
    }

    private void sendAll() {
        do {
            for (@Nullable WaitingResponse next = queue.poll(); next != null; next = queue.poll()) {
                queued.decrementAndGet();
                sendOne(next);
            }
            threads.decrementAndGet();
            // A response that was queued meanwhile may have found this thread still running.
        } while (!queue.isEmpty() && startAgain());
    }

    private boolean startAgain() {
        int running = threads.get();
        return running == 0 && threads.compareAndSet(0, 1);
    }

    private void sendOne(WaitingResponse next) {
        try {
            sender.accept(next);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "a response could not be sent", e);
        }
    }
}
