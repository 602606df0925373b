package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.LockStore;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one purchase per item at a time through to the application; the others wait without holding a platform thread,
 * or get 503.
 *
 * <p>Map it only to the purchases, for the dispatcher types REQUEST and ASYNC. Set {@code async-supported} to true for
 * it and for every filter before it. Where the container runs requests on virtual threads, neither is needed: a request
 * waits on its thread ({@link WaitOn}).
 *
 * <p>Its init-params are the settings of {@link BuyLockFilterConfig}. A filter that creates its lock also takes those
 * of {@link BuyLockConfig}, and two more: {@code memcached}, the servers that keep the leases ({@code host:port},
 * separated by commas; by default the leases are in this process's memory), and {@code storeTimeoutMillis}, how long to
 * wait for their replies (10 to 10,000, default 250).
 */
public final class BuyLockFilter implements Filter {

    /**
     * The request attribute that holds the {@link io.github.doorbuster.buylock.Grant} of the purchase in progress. If
     * several filters lock one request, it holds the grant of the last one; with a dot and a filter-name added, that of
     * each.
     */
    public static final String GRANT = "io.github.doorbuster.buylock.grant";

    /**
     * The servlet context attribute that holds the section for {@code /stats}. A second filter of the application adds
     * a dot and its filter-name.
     */
    static final String SECTION = "stats.buylock";

    private static final Logger LOG = System.getLogger(BuyLockFilter.class.getName());

    private final @Nullable BuyLock givenLock;
    private final BuyLockFilterConfig givenConfig;
    private final Predicate<Thread> isVirtual;
    private @Nullable BuyLock ownLock;
    private @Nullable LockStore ownStore;
    private @Nullable PurchaseHandler handler;
    private @Nullable ServletContext context;
    private String section = SECTION;

    /** Creates a filter that creates its lock from its init-params, and closes it in {@link #destroy()}. */
    public BuyLockFilter() {
        this(null, BuyLockFilterConfig.builder().build(), VirtualThreads::isVirtual);
    }

    /** Creates a filter with a lock and the default settings. {@link #destroy()} leaves the lock open. */
    public BuyLockFilter(BuyLock lock) {
        this(lock, BuyLockFilterConfig.builder().build());
    }

    /**
     * Creates a filter with a lock and settings, which its init-params override. {@link #destroy()} leaves the lock
     * open.
     */
    public BuyLockFilter(BuyLock lock, BuyLockFilterConfig config) {
        this(lock, config, VirtualThreads::isVirtual);
    }

    /** For tests: decides itself which threads are virtual. */
    BuyLockFilter(@Nullable BuyLock lock, BuyLockFilterConfig config, Predicate<Thread> isVirtual) {
        this.givenLock = lock;
        this.givenConfig = config;
        this.isVirtual = isVirtual;
    }

    /**
     * Starts the filter.
     *
     * @throws ServletException if an init-param is unknown or has a bad value; the message names key, value and rule
     */
    @Override
    public void init(FilterConfig filter) throws ServletException {
        InitParams params = new InitParams(filter.getInitParameterNames(), filter::getInitParameter);
        BuyLockFilterConfig config = params.bind(givenConfig);
        BuyLock lock;
        if (givenLock == null) {
            lock = openLock(params);
        } else {
            params.rejectUnknown();
            lock = givenLock;
        }
        ServletContext to = filter.getServletContext();
        boolean first = to.getAttribute(SECTION) == null;
        section = first ? SECTION : SECTION + '.' + filter.getFilterName();
        if (to.getAttribute(section) != null) {
            throw new ServletException("filter-name %s: another purchase lock of this application has this name; "
                            .formatted(filter.getFilterName())
                    + "give each filter a different name");
        }
        handler = new PurchaseHandler(lock, config, filter.getFilterName(), isVirtual);
        to.setAttribute(section, (Supplier<BuyLockSnapshot>) lock::snapshot);
        context = to;
        LOG.log(Level.INFO, "{0} is on with {1} and {2}", filter.getFilterName(), lock.config(), config);
    }

    private BuyLock openLock(InitParams params) throws ServletException {
        BuyLockConfig config = params.bind(BuyLockConfig.builder().build());
        StoreParams storeParams = params.bind(StoreParams.DEFAULTS);
        params.rejectUnknown();
        try {
            LockStore store = storeParams.open();
            ownStore = store;
            ownLock = BuyLock.builder().config(config).store(store).build();
            return ownLock;
        } catch (IllegalArgumentException e) {
            throw new ServletException("init-param " + e.getMessage(), e);
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Objects.requireNonNull(handler, "init has not been called")
                .handle((HttpServletRequest) request, (HttpServletResponse) response, chain);
    }

    /**
     * Rejects the purchases that wait with 503, and from now on those that would have to wait. Purchases in progress go
     * on. Call it before the server waits for its requests to end.
     */
    public void rejectWaiters() {
        if (handler != null) {
            handler.close();
        }
    }

    /** Lets purchases wait again after {@link #rejectWaiters}. */
    public void acceptWaiters() {
        if (handler != null) {
            handler.reopen();
        }
    }

    /** Rejects the purchases that wait with 503, and closes what {@link #init} has opened. */
    @Override
    public void destroy() {
        if (context != null) {
            context.removeAttribute(section);
        }
        if (handler != null) {
            handler.close();
        }
        if (ownLock != null) {
            ownLock.close();
        }
        if (ownStore != null) {
            ownStore.close();
        }
    }
}
