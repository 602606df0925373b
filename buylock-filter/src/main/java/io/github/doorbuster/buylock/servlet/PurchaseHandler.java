package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.Buyer;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.PendingGrant;
import io.github.doorbuster.buylock.RejectedException.Reason;
import io.github.doorbuster.buylock.Standby;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Handles the requests of a {@link BuyLockFilter}: starts purchases, and resumes those that are dispatched again. */
final class PurchaseHandler {

    private static final Logger LOG = System.getLogger(PurchaseHandler.class.getName());
    private static final long DECISION_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** A client that leaves at the wrong moment looks like one bypass. This many in a row mean a wrong mapping. */
    private static final int BYPASSES_UNTIL_SURE = 3;

    private static final int MAX_PATHS = 1_000;

    private static final AtomicInteger INSTANCES = new AtomicInteger();

    private final BuyLock lock;
    private final BuyLockFilterConfig config;
    private final Set<String> methods;
    private final ItemIdSource source;
    private final ItemIdRule idRule;
    private final @Nullable BuyerSource buyers;
    private final @Nullable Tickets tickets;
    private final List<Integer> soldOut;
    private final RejectionResponse rejectionResponse;
    private final String grantAttribute;
    /** Two filters on one request each keep their own purchase. */
    private final String attribute = Purchase.class.getName() + '.' + INSTANCES.incrementAndGet();

    private final Predicate<Thread> isVirtual;
    private final Set<Purchase> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> pathsPassedAgain = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicInteger bypasses = new AtomicInteger();
    private volatile boolean resumedOnce;
    private volatile boolean closed;

    PurchaseHandler(BuyLock lock, BuyLockFilterConfig config, String filterName, Predicate<Thread> isVirtual) {
        this(lock, config, filterName, isVirtual, InstantSource.system());
    }

    PurchaseHandler(
            BuyLock lock,
            BuyLockFilterConfig config,
            String filterName,
            Predicate<Thread> isVirtual,
            InstantSource wallClock) {
        this.isVirtual = isVirtual;
        this.lock = lock;
        this.config = config;
        this.methods = config.methodSet();
        this.source = ItemIdSource.of(config.itemId());
        this.idRule = new ItemIdRule(source, config.maxItemIdLength(), config.itemIdPattern());
        this.buyers = BuyerSource.of(config.buyer());
        this.tickets = Tickets.of(config, wallClock);
        this.soldOut = config.soldOutStatuses();
        this.rejectionResponse = new RejectionResponse(
                lock, config.retryAfterSeconds(), soldOut.isEmpty() ? HttpServletResponse.SC_CONFLICT : soldOut.get(0));
        this.grantAttribute = BuyLockFilter.GRANT + '.' + filterName;
    }

    void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Purchase earlier = request.getAttribute(attribute) instanceof Purchase purchase ? purchase : null;
        if (earlier == null) {
            if (isPurchase(request)) {
                start(request, response, chain);
            } else {
                chain.doFilter(request, response);
            }
        } else if (earlier.tryResume()) {
            passedAgain(earlier);
            earlier.proceed(response, chain);
        } else if (earlier.tryArrive()) {
            passedAgain(earlier);
            earlier.stand(standby());
            decide(earlier, response, chain);
        } else if (earlier.isRejected() || earlier.tryStopWaiting()) {
            earlier.sendRejection(response);
        } else {
            chain.doFilter(request, response);
        }
    }

    private boolean isPurchase(HttpServletRequest request) {
        return methods.contains(request.getMethod()) && source.matches(request);
    }

    private void start(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest readable = request;
        String itemId;
        @Nullable Buyer buyer;
        try {
            if (source.isInBody()) {
                if (lock.isFull() && !BufferedRequest.hasArrived(request)) {
                    rejectionResponse.sendWithBodyUnread(response, Reason.TOO_MANY_WAITERS);
                    lock.countRejected(Reason.TOO_MANY_WAITERS);
                    return;
                }
                readable = BufferedRequest.of(request, config.maxBodyBytes());
            }
            itemId = idRule.parse(source.find(readable));
            buyer = buyers == null ? null : buyers.find(request);
        } catch (HttpException e) {
            JsonResponses.sendError(response, e);
            return;
        }
        if (buyers != null && buyer == null && config.anonymousBuyers() == AnonymousBuyers.REJECT) {
            lock.countRejected(Reason.ANONYMOUS);
            rejectionResponse.send(response, Reason.ANONYMOUS, itemId, null);
            return;
        }
        boolean inPlace = waitsInPlace();
        boolean suspends = !inPlace && maySuspend(request);
        Ticket brought = tickets == null ? null : ticketOf(request, itemId, buyer, tickets);
        Ticket ticket = brought == null && tickets != null ? tickets.first(itemId, buyer) : brought;
        Purchase purchase = new Purchase(this, readable, itemId, ticket, suspends);
        request.setAttribute(attribute, purchase);
        if (inPlace) {
            waiting.add(purchase);
        }
        boolean mayWait = (inPlace && !closed) || suspends;
        purchase.setPending(request(buyer, brought, itemId, mayWait, purchase));
        if (suspends) {
            if (purchase.standsFirst()) {
                purchase.stand(standby());
            }
        } else {
            long waitNanos =
                    inPlace ? TimeUnit.MILLISECONDS.toNanos(lock.config().waitMillis()) : 0;
            purchase.awaitDecision(waitNanos + DECISION_TIMEOUT_NANOS);
        }
        decide(purchase, response, chain);
    }

    private void decide(Purchase purchase, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (purchase.tryResume()) {
            purchase.proceed(response, chain);
        } else if (purchase.isRejected()) {
            purchase.sendRejection(response);
        } else {
            standby().sawThread(Thread.currentThread());
            purchase.suspend(response);
            if (closed) {
                purchase.cancelWait();
            }
        }
    }

    /** {@return the ticket that a request brings, unless it is used up} */
    private @Nullable Ticket ticketOf(
            HttpServletRequest request, String itemId, @Nullable Buyer buyer, Tickets tickets) {
        Ticket brought = tickets.find(request, itemId, buyer);
        return brought == null || lock.isUsed(brought.place()) ? null : brought;
    }

    private PendingGrant request(
            @Nullable Buyer buyer, @Nullable Ticket brought, String itemId, boolean mayWait, Purchase purchase) {
        if (brought != null) {
            return lock.request(buyer, brought.place(), itemId, mayWait, purchase);
        }
        return buyer == null ? lock.request(itemId, mayWait, purchase) : lock.request(buyer, itemId, mayWait, purchase);
    }

    private boolean waitsInPlace() {
        return config.waitOn() != WaitOn.ASYNC && isVirtual.test(Thread.currentThread());
    }

    private boolean maySuspend(HttpServletRequest request) {
        if (config.waitOn() == WaitOn.THREAD) {
            warnOnce("waitOn=THREAD needs virtual threads (Java 21 or later), but the container uses platform threads");
            return false;
        }
        if (!request.isAsyncSupported()) {
            warnOnce("a filter before it, or its own mapping, lacks async-supported=true");
            return false;
        }
        return bypasses.get() < BYPASSES_UNTIL_SURE;
    }

    /** A purchase was dispatched, and has passed this filter again. */
    private void passedAgain(Purchase purchase) {
        purchase.arrived(standby());
        resumedOnce = true;
        if (pathsPassedAgain.size() >= MAX_PATHS) {
            pathsPassedAgain.clear();
        }
        pathsPassedAgain.add(purchase.request().getRequestURI());
    }

    /**
     * {@return true if a dispatch of this purchase certainly passes this filter again} Otherwise it must not be
     * dispatched before it is granted: a filter that is not mapped to ASYNC would let it through unlocked.
     */
    boolean passesAgain(Purchase purchase) {
        return pathsPassedAgain.contains(purchase.request().getRequestURI());
    }

    /**
     * A granted request was completed without passing this filter again. Its grant was held meanwhile, so the purchase
     * was locked; but the lock cannot see when such a purchase ends early, and a rejection would be lost.
     */
    void dispatchBypassedFilter() {
        if (!resumedOnce && !closed && bypasses.incrementAndGet() == BYPASSES_UNTIL_SURE) {
            warnOnce("purchases that have waited do not pass the filter again; map it to the dispatcher ASYNC"
                    + " as well as REQUEST");
        }
    }

    private void warnOnce(String why) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "buylock cannot wait: {0}; purchases of a taken item get 503 at once", why);
        }
    }

    /** Makes the grant available to the application. */
    void publishGrant(HttpServletRequest request, Grant grant) {
        request.setAttribute(BuyLockFilter.GRANT, grant);
        request.setAttribute(grantAttribute, grant);
    }

    void waits(Purchase purchase) {
        waiting.add(purchase);
    }

    void decided(Purchase purchase) {
        waiting.remove(purchase);
    }

    /** Ends the grant of a purchase; its response is null if it has failed. */
    void end(Grant grant, @Nullable HttpServletResponse response) {
        try {
            if (response != null && !soldOut.isEmpty() && soldOut.contains(response.getStatus())) {
                grant.soldOut();
            }
        } finally {
            grant.close();
        }
    }

    Standby standby() {
        return lock.standby();
    }

    RejectionResponse rejectionResponse() {
        return rejectionResponse;
    }

    /** Rejects the purchases that wait. They are not dispatched, since the application may be gone. */
    void close() {
        closed = true;
        waiting.forEach(Purchase::cancelWait);
    }

    /** Lets purchases wait again. */
    void reopen() {
        closed = false;
    }
}
