package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
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
import java.util.Collections;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the requests that pass through. Map it before all other filters, to every dispatcher type, and with
 * {@code async-supported}. A request is recorded once, however often it is dispatched.
 *
 * <p>In {@code web.xml}, the init-params have the names of the methods of {@link HttpStatsConfig.Builder}. A
 * {@link StatsServlet} finds the filter by its {@code name}.
 */
public final class HttpStatsFilter implements Filter {

    private static final System.Logger LOG = System.getLogger(HttpStatsFilter.class.getName());

    private final @Nullable HttpStats given;
    private @Nullable RequestRecorder recorder;
    private @Nullable ServletContext context;

    /** Creates a filter that init-params configure. */
    public HttpStatsFilter() {
        this.given = null;
    }

    /** Creates a filter that records into the given statistics. It takes no init-params. */
    public HttpStatsFilter(HttpStats stats) {
        this.given = Objects.requireNonNull(stats);
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        if (given != null) {
            rejectInitParams(config);
        }
        HttpStats stats = given == null ? fromInitParams(config) : given;
        ServletContext servletContext = config.getServletContext();
        StatsRegistry.register(servletContext, stats);
        context = servletContext;
        recorder = new RequestRecorder(stats);
        LOG.log(System.Logger.Level.INFO, "httpstats on: " + stats.config());
    }

    private static HttpStats fromInitParams(FilterConfig config) throws ServletException {
        InitParams params = new InitParams(config.getInitParameterNames(), config::getInitParameter);
        // The default window cannot be combined with a buffer, so the defaults to bind to must not have one.
        HttpStatsConfig defaults = params.isSet("bufferSize")
                ? HttpStatsConfig.builder().bufferSize(2).build()
                : HttpStatsConfig.builder().build();
        HttpStatsConfig bound = params.bind(defaults);
        params.rejectUnknown();
        return HttpStats.builder().config(bound).build();
    }

    private static void rejectInitParams(FilterConfig config) throws ServletException {
        for (String name : Collections.list(config.getInitParameterNames())) {
            throw new ServletException(
                    "init-param %s: this filter was created with an HttpStats; set %s in its HttpStatsConfig"
                            .formatted(name, name));
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (recorder != null
                && request instanceof HttpServletRequest httpRequest
                && response instanceof HttpServletResponse httpResponse) {
            recorder.doFilter(httpRequest, httpResponse, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    @Override
    public void destroy() {
        if (context != null && recorder != null) {
            StatsRegistry.unregister(context, recorder.stats());
            recorder.stats().endThread();
        }
    }
}
