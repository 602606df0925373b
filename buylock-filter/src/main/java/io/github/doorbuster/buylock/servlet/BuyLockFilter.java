package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
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
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one purchase per item at a time through to the application; the others wait without a thread, or get 503.
 *
 * <p>Map it to the purchases alone, for the dispatcher types REQUEST and ASYNC, with {@code async-supported} true, here
 * and in every filter before it. The settings of {@link BuyLockConfig} and {@link BuyLockFilterConfig} are its
 * init-params.
 */
public final class BuyLockFilter implements Filter {

    /** The request attribute that holds the {@link io.github.doorbuster.buylock.Grant} of the purchase under way. */
    public static final String GRANT = "io.github.doorbuster.buylock.grant";

    /** The servlet context attribute that holds the section for {@code /stats}. */
    static final String SECTION = "stats.buylock";

    private static final Logger LOG = System.getLogger(BuyLockFilter.class.getName());

    private final @Nullable BuyLock given;
    private @Nullable BuyLock ownLock;
    private @Nullable LockStore ownStore;
    private @Nullable PurchaseGate gate;
    private @Nullable ServletContext context;

    /** Creates a filter that makes its lock from its init-params, and closes it in {@link #destroy()}. */
    public BuyLockFilter() {
        this.given = null;
    }

    /**
     * Creates a filter around a lock. Init-params may still set what {@link BuyLockFilterConfig} names.
     *
     * @param lock the lock; stays open after {@link #destroy()}
     */
    public BuyLockFilter(BuyLock lock) {
        this.given = lock;
    }

    @Override
    public void init(FilterConfig filter) throws ServletException {
        InitParams params = new InitParams(filter.getInitParameterNames(), filter::getInitParameter);
        try {
            BuyLockFilterConfig config =
                    params.bind(BuyLockFilterConfig.builder().build());
            BuyLock lock = given == null ? openLock(params, config) : given;
            params.rejectUnknown();
            gate = new PurchaseGate(lock, config);
            context = filter.getServletContext();
            context.setAttribute(SECTION, (Supplier<BuyLockSnapshot>) lock::snapshot);
            LOG.log(Level.INFO, "{0} is on with {1} and {2}", filter.getFilterName(), lock.config(), config);
        } catch (IllegalArgumentException e) {
            throw new ServletException("init-param " + e.getMessage(), e);
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Objects.requireNonNull(gate, "init has not been called")
                .pass((HttpServletRequest) request, (HttpServletResponse) response, chain);
    }

    /** Answers whoever waits with 503, and closes what {@link #init} has opened. */
    @Override
    public void destroy() {
        if (context != null) {
            context.removeAttribute(SECTION);
        }
        if (gate != null) {
            gate.close();
        }
        if (ownLock != null) {
            ownLock.close();
        }
        if (ownStore != null) {
            ownStore.close();
        }
    }

    private BuyLock openLock(InitParams params, BuyLockFilterConfig config) throws ServletException {
        BuyLockConfig lockConfig = params.bind(BuyLockConfig.builder().build());
        params.rejectUnknown();
        ownStore = config.memcached().isBlank()
                ? new InMemoryLockStore()
                : MemcachedLockStore.connect(config.memcached(), Duration.ofMillis(config.storeTimeoutMillis()));
        ownLock = BuyLock.builder().config(lockConfig).store(ownStore).build();
        return ownLock;
    }
}
