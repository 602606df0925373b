package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.BuyLock;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Handles the requests of a {@link BuyLockFilter}: starts purchases, and resumes those that are dispatched again. */
final class PurchaseHandler {

    private static final Logger LOG = System.getLogger(PurchaseHandler.class.getName());

    private final BuyLock lock;
    private final BuyLockFilterConfig config;
    private final Set<String> methods;
    private final ItemIdSource source;
    private final RejectionResponse rejectionResponse;
    private final Set<Purchase> suspended = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean closed;

    PurchaseHandler(BuyLock lock, BuyLockFilterConfig config) {
        this.lock = lock;
        this.config = config;
        this.methods = config.methodSet();
        this.source = ItemIdSource.of(config.itemId());
        this.rejectionResponse = new RejectionResponse(config.retryAfterSeconds());
    }

    void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Purchase earlier = Purchase.of(request);
        if (earlier != null && earlier.tryResume()) {
            earlier.proceed(response, chain);
        } else if (earlier != null || !isPurchase(request)) {
            chain.doFilter(request, response);
        } else {
            start(request, response, chain);
        }
    }

    private boolean isPurchase(HttpServletRequest request) {
        return methods.contains(request.getMethod()) && source.matches(request);
    }

    /** Rejects the purchases that wait. They are not dispatched, since the application may be gone. */
    void close() {
        closed = true;
        suspended.forEach(Purchase::cancelWait);
    }

    private void start(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest readable;
        String itemId;
        try {
            readable = source.isInBody() ? BufferedRequest.of(request, config.maxBodyBytes()) : request;
            itemId = ItemId.parse(source.find(readable), source, config.maxItemIdLength());
        } catch (HttpException e) {
            JsonResponses.sendError(response, e);
            return;
        }
        boolean canWait = request.isAsyncSupported();
        Purchase purchase =
                new Purchase(readable, canWait ? lock.acquire(itemId) : lock.tryAcquire(itemId), rejectionResponse);
        if (!canWait) {
            warnOnce();
            purchase.awaitDecision();
        }
        if (purchase.isDecided()) {
            purchase.tryResume();
            purchase.proceed(response, chain);
        } else {
            purchase.suspend(response, suspended);
            if (closed) {
                purchase.cancelWait();
            }
        }
    }

    private void warnOnce() {
        if (warned.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "buylock cannot wait: a filter before it, or its own mapping, lacks async-supported=true;"
                            + " purchases of a taken item get 503 at once");
        }
    }
}
