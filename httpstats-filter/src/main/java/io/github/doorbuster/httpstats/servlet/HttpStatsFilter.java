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
 * Counts and times the requests that pass through it. Map it before all other filters, to every dispatcher type, with
 * async supported; a request is recorded once however often it is dispatched.
 *
 * <p>In {@code web.xml} the init-params are the keys of {@link HttpStats.Builder}. {@link StatsServlet} finds the
 * filter of its {@code name} by itself.
 */
public final class HttpStatsFilter implements Filter {

    private static final System.Logger LOG = System.getLogger(HttpStatsFilter.class.getName());

    private final @Nullable HttpStats given;
    private @Nullable Recording recording;
    private @Nullable ServletContext context;

    /** For {@code web.xml}: the settings come from init-params. */
    public HttpStatsFilter() {
        this.given = null;
    }

    /**
     * For a program: records into the given statistics.
     *
     * @param stats where to
     */
    public HttpStatsFilter(HttpStats stats) {
        this.given = Objects.requireNonNull(stats);
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        HttpStats stats = given == null ? fromInitParams(config) : withoutInitParams(given, config);
        ServletContext servletContext = config.getServletContext();
        NamedStats.publish(servletContext, stats);
        context = servletContext;
        recording = new Recording(stats);
        LOG.log(System.Logger.Level.INFO, "httpstats on: " + stats.config());
    }

    private static HttpStats fromInitParams(FilterConfig config) throws ServletException {
        InitParams params = new InitParams(config.getInitParameterNames(), config::getInitParameter);
        // The default window must not stand beside a buffer that is asked for.
        HttpStatsConfig defaults = params.isSet("bufferSize")
                ? HttpStatsConfig.builder().bufferSize(2).build()
                : HttpStatsConfig.builder().build();
        HttpStatsConfig bound = params.bind(defaults);
        params.rejectUnknown();
        return HttpStats.builder().config(bound).build();
    }

    private static HttpStats withoutInitParams(HttpStats stats, FilterConfig config) throws ServletException {
        for (String name : Collections.list(config.getInitParameterNames())) {
            throw new ServletException(
                    "init-param %s: this filter was given its HttpStats; set %s on its builder".formatted(name, name));
        }
        return stats;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (recording != null
                && request instanceof HttpServletRequest httpRequest
                && response instanceof HttpServletResponse httpResponse) {
            recording.pass(httpRequest, httpResponse, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    @Override
    public void destroy() {
        if (context != null && recording != null) {
            NamedStats.withdraw(context, recording.stats());
        }
    }
}
