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

/** What {@link BuyLockFilter} does with each request. */
final class PurchaseGate {

    private static final Logger LOG = System.getLogger(PurchaseGate.class.getName());

    private final BuyLock lock;
    private final BuyLockFilterConfig config;
    private final Set<String> methods;
    private final ItemIdSource source;
    private final RejectionAnswer answer;
    private final Set<Purchase> suspended = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean closed;

    PurchaseGate(BuyLock lock, BuyLockFilterConfig config) {
        this.lock = lock;
        this.config = config;
        this.methods = config.methodSet();
        this.source = ItemIdSource.of(config.itemId());
        this.answer = new RejectionAnswer(config.retryAfterSeconds());
    }

    void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Purchase earlier = Purchase.of(request);
        if (earlier != null && earlier.claim()) {
            earlier.conclude(response, chain);
        } else if (earlier != null || !concerns(request)) {
            chain.doFilter(request, response);
        } else {
            begin(request, response, chain);
        }
    }

    private boolean concerns(HttpServletRequest request) {
        return methods.contains(request.getMethod()) && source.concerns(request);
    }

    /** Answers whoever waits; they would be dispatched to nobody. */
    void close() {
        closed = true;
        suspended.forEach(Purchase::turnAway);
    }

    private void begin(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest readable;
        String itemId;
        try {
            readable = source.isInBody() ? BufferedRequest.of(request, config.maxBodyBytes()) : request;
            itemId = ItemId.only(source.find(readable), source, config.maxItemIdLength());
        } catch (HttpException e) {
            JsonResponses.sendError(response, e);
            return;
        }
        boolean canWait = request.isAsyncSupported();
        Purchase purchase = new Purchase(readable, canWait ? lock.acquire(itemId) : lock.tryAcquire(itemId), answer);
        if (!canWait) {
            warnOnce();
            purchase.awaitDecision();
        }
        if (purchase.isDecided()) {
            purchase.claim();
            purchase.conclude(response, chain);
        } else {
            purchase.suspend(response, suspended);
            if (closed) {
                purchase.turnAway();
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
