package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolSnapshot;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes page views with POST and tells them with GET.
 *
 * <p>{@code POST {"item_ids":[1,"m2",1]}} is answered {@code 202 {"accepted":3}} once the views are safe; {@code GET
 * ?item_ids=1,m2} is answered {@code {"pvc":{"1":2,"m2":1}}}. Map it with {@code async-supported}, so that waiting for
 * the journal's disk holds no thread. The pool's numbers are in the ServletContext attribute {@code stats.pvpool}.
 */
public final class PvPoolServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(PvPoolServlet.class.getName());
    private static final String STATS = "stats.pvpool";
    private static final String METHODS = "GET, HEAD, OPTIONS, POST";
    private static final int MAX_IDS_ASKED = 1000;

    private final transient @Nullable PvPool given;
    private transient @Nullable Edge edge;
    private transient @Nullable JdbcPvStore ownStore;

    /** For {@code web.xml}: the init-params say which database; the servlet builds its pool and closes it. */
    public PvPoolServlet() {
        this.given = null;
    }

    /**
     * For a pool that the application has built and will close. Only the init-params about HTTP apply.
     *
     * @param pool stays open when the servlet is destroyed
     */
    public PvPoolServlet(PvPool pool) {
        this.given = pool;
    }

    @Override
    public void init() throws ServletException {
        try {
            Edge ready = given == null ? build() : adopt(given);
            getServletContext().setAttribute(STATS, (Supplier<PvPoolSnapshot>) ready.pool::snapshot);
            edge = ready;
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new ServletException(e.getMessage(), e);
        }
    }

    private Edge adopt(PvPool pool) throws ServletException {
        InitParams params = initParams();
        HttpLimits limits = params.bind(HttpLimits.DEFAULTS);
        params.rejectUnknown();
        return new Edge(pool, limits);
    }

    private InitParams initParams() {
        return new InitParams(getInitParameterNames(), this::getInitParameter);
    }

    private Edge build() throws ServletException {
        ServletParams params = ServletParams.of(initParams());
        JdbcPvStore store = params.dataSource().store(getServletContext(), params.jdbc());
        ownStore = store;
        try {
            store.prepare();
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "starting without the database; page views wait: " + e.getMessage(), e);
        }
        PvPool pool = PvPool.builder()
                .store(store)
                .config(params.pool())
                .journal(params.openJournal())
                .build();
        LOG.log(
                Level.INFO,
                "page views go to %s: %s %s %s %s"
                        .formatted(
                                params.dataSource().described(),
                                params.jdbc(),
                                params.pool(),
                                params.journal(),
                                params.http()));
        return new Edge(pool, params.http());
    }

    @Override
    public void destroy() {
        Edge ended = edge;
        if (ended != null) {
            getServletContext().removeAttribute(STATS);
            if (given == null) {
                ended.pool.close();
            }
            ended.answer.close();
        }
        if (ownStore != null) {
            ownStore.close();
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Edge ready = Objects.requireNonNull(edge, "the servlet is not initialised");
        try {
            switch (request.getMethod()) {
                case "POST" -> ready.accept(request, response);
                case "GET", "HEAD" -> ready.tell(request, response);
                case "OPTIONS" -> {
                    response.setHeader("Allow", METHODS);
                    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
                }
                default -> {
                    response.setHeader("Allow", METHODS);
                    throw new HttpException(
                            HttpServletResponse.SC_METHOD_NOT_ALLOWED, "POST views or GET counts; allowed: " + METHODS);
                }
            }
        } catch (HttpException e) {
            ViewsReader.drain(request);
            JsonResponses.sendError(response, e);
        }
    }

    /** What an initialised servlet works with. */
    private static final class Edge {

        private final PvPool pool;
        private final ViewsReader reader;
        private final AsyncResponder answer;

        Edge(PvPool pool, HttpLimits limits) {
            this.pool = pool;
            this.reader = new ViewsReader(limits);
            this.answer = new AsyncResponder(limits);
        }

        void accept(HttpServletRequest request, HttpServletResponse response) throws HttpException, IOException {
            Views views = reader.read(request);
            answer.send(request, response, pool.add(views).toCompletableFuture());
        }

        void tell(HttpServletRequest request, HttpServletResponse response) throws HttpException, IOException {
            Set<String> ids = CountsQuery.read(request, MAX_IDS_ASKED);
            try {
                Map<String, Long> counts = pool.counts(ids);
                Map<String, Long> asked = new LinkedHashMap<>();
                ids.forEach(id -> asked.put(id, counts.get(id)));
                JsonResponses.send(response, HttpServletResponse.SC_OK, Map.of("pvc", asked));
            } catch (StoreException e) {
                LOG.log(Level.DEBUG, "counts cannot be read", e);
                answer.sendUnavailable(response, "the counts cannot be read now; views are still accepted");
            }
        }
    }
}
