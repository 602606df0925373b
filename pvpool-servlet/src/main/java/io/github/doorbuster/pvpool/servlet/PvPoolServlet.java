package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts page views with POST and returns counts with GET.
 *
 * <p>{@code POST {"item_ids":[1,"m2",1]}}, or {@code {"counts":{"1":2,"m2":1}}}, is answered with {@code 202
 * {"accepted":3}} once the views are safe. {@code GET ?item_ids=1,m2} is answered with {@code {"pvc":{"1":2,"m2":1}}}.
 * Set {@code async-supported}, so that a request that waits for the journal's disk holds no thread. The ServletContext
 * attribute {@code stats.pvpool}, or {@code stats.pvpool.<name>} if the init-param {@code name} is set, holds a
 * supplier of the pool's {@link PvPoolSnapshot}.
 */
public final class PvPoolServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(PvPoolServlet.class.getName());
    private final transient @Nullable PvPool givenPool;
    private final transient HttpLimits givenLimits;
    private final transient ClientLimits givenClients;
    private transient @Nullable PvPool ownPool;
    private transient @Nullable JdbcPvStore ownStore;
    private transient @Nullable ViewsHandler handler;
    private transient @Nullable Section section;

    /** Creates a servlet, for {@code web.xml}, that builds its pool from the init-params, and closes it. */
    public PvPoolServlet() {
        this.givenPool = null;
        this.givenLimits = HttpLimits.DEFAULTS;
        this.givenClients = ClientLimits.DEFAULTS;
    }

    /** Creates a servlet for a pool that the application closes. Only the init-params about HTTP apply. */
    public PvPoolServlet(PvPool pool) {
        this(pool, HttpLimits.DEFAULTS);
    }

    /**
     * Creates a servlet for a pool that the application closes, with limits that the init-params about HTTP override.
     */
    public PvPoolServlet(PvPool pool, HttpLimits limits) {
        this(pool, limits, ClientLimits.DEFAULTS);
    }

    /** For a pool that the application closes, with limits that the init-params about HTTP and clients override. */
    public PvPoolServlet(PvPool pool, HttpLimits limits, ClientLimits clients) {
        this.givenPool = pool;
        this.givenLimits = limits;
        this.givenClients = clients;
    }

    @Override
    public void init() throws ServletException {
        try {
            InitParams params = new InitParams(getInitParameterNames(), this::getInitParameter);
            if (givenPool != null) {
                HttpLimits limits = params.bind(givenLimits);
                ClientLimits clients = params.bind(givenClients);
                PoolName name = params.bind(PoolName.DEFAULTS);
                params.rejectUnknown();
                start(givenPool, limits, clients, name);
            } else {
                ServletParams all = ServletParams.of(params);
                start(buildPool(all), all.http(), all.clients(), all.name());
            }
        } catch (IllegalArgumentException | UncheckedIOException e) {
            destroy(); // the container does not call it after a failed init
            throw new ServletException(e.getMessage(), e);
        } catch (ServletException e) {
            destroy();
            throw e.getCause() == null ? new ServletException(e.getMessage(), e) : e; // Undertow logs only the cause
        } catch (Throwable e) {
            destroy();
            throw e;
        }
    }

    private void start(PvPool pool, HttpLimits limits, ClientLimits clients, PoolName name) throws ServletException {
        if (givenPool != null) {
            LOG.log(
                    Level.INFO,
                    "page views are counted by the application's pool: %s %s %s"
                            .formatted(pool.config(), limits, clients));
        }
        section = Section.publish(getServletContext(), name, pool);
        handler = new ViewsHandler(pool, TopPath.of(getServletContext(), getServletName()), limits, clients);
    }

    private PvPool buildPool(ServletParams params) throws ServletException {
        JdbcPvStore store = params.dataSource().store(getServletContext(), params.jdbc());
        ownStore = store;
        try {
            store.prepare();
        } catch (StoreException e) {
            LOG.log(
                    Level.WARNING,
                    "starting without the database; page views are kept until it responds: " + e.getMessage(),
                    e);
        }
        PvPool pool = PvPool.builder()
                .store(store)
                .config(params.pool())
                .journal(params.createJournal())
                .build();
        ownPool = pool;
        LOG.log(
                Level.INFO,
                "page views are written to %s: %s".formatted(params.dataSource().target(), params.describe()));
        return pool;
    }

    @Override
    public void destroy() {
        if (section != null) {
            section.remove(getServletContext());
        }
        if (ownPool != null) {
            ownPool.close();
        }
        if (handler != null) {
            handler.close();
        }
        if (ownStore != null) {
            ownStore.close();
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Objects.requireNonNull(handler, "the servlet is not initialised").handle(request, response);
    }

    /**
     * What the ServletContext shows of a pool. Not a record: with the first {@code equals} of a record, the JDK keeps
     * its class, and with it the class loader of the application.
     */
    private static final class Section implements Supplier<PvPoolSnapshot> {

        private final String attribute;
        private final PvPool pool;

        private Section(String attribute, PvPool pool) {
            this.attribute = attribute;
            this.pool = pool;
        }

        static Section publish(ServletContext context, PoolName name, PvPool pool) throws ServletException {
            Section section = new Section(name.section(), pool);
            Object other = context.getAttribute(section.attribute);
            if (other != null && !section.showsPoolOf(other)) {
                throw new ServletException(
                        "init-param name=%s: another PvPoolServlet of this application has this name; set a different one"
                                .formatted(name.name()));
            }
            context.setAttribute(section.attribute, section);
            return section;
        }

        private boolean showsPoolOf(@Nullable Object other) {
            return other instanceof Section shown && shown.pool == pool;
        }

        @Override
        public PvPoolSnapshot get() {
            return pool.snapshot();
        }

        void remove(ServletContext context) {
            if (showsPoolOf(context.getAttribute(attribute))) {
                context.removeAttribute(attribute);
            }
        }
    }
}
