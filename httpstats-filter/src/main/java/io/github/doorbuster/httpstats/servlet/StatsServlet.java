package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.StatsAccess;
import io.github.doorbuster.httpstats.format.SectionReader;
import io.github.doorbuster.httpstats.format.StatsFormat;
import io.github.doorbuster.httpstats.format.StatsFormats;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;

/**
 * Shows the statistics of an {@link HttpStatsFilter}, and the sections that other parts publish: each
 * {@code stats.<name>} attribute of the ServletContext that holds a {@link Supplier}.
 *
 * <p>Init-params: {@code name} is the name of the filter (default: {@code default}); {@code allow} lists the addresses
 * and CIDR ranges, separated by commas, that may read the statistics (default: loopback only); {@code token} is the
 * bearer token that may read them from any address (default: none); {@code counted} states whether requests of this
 * servlet are recorded (default: false); {@code jmx} states whether all numbers are also available over JMX (default:
 * false).
 */
public final class StatsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final System.Logger LOG = System.getLogger(StatsServlet.class.getName());
    private static final String SECTION_PREFIX = "stats.";
    private static final String METHODS = "GET, HEAD";

    private final transient @Nullable HttpStats given;
    private final transient Params givenParams;
    private final transient StatsFormats formats = new StatsFormats();
    private transient String name = "";
    private transient boolean counted;
    private final transient SectionReader sectionReader = new SectionReader();
    private transient StatsAccess access = StatsAccess.of(null, null);
    private transient @Nullable StatsMBean bean;

    /** Creates a servlet that shows the filter of the name in init-param {@code name}. */
    public StatsServlet() {
        given = null;
        givenParams = Params.DEFAULTS;
    }

    /** Creates a servlet that shows the given statistics, to loopback unless init-param {@code allow} is set. */
    public StatsServlet(HttpStats stats) {
        this(stats, Params.DEFAULTS);
    }

    /**
     * Creates a servlet that shows the given statistics to the given addresses, unless init-param {@code allow} is set.
     *
     * @param allow addresses or CIDR ranges, separated by commas
     */
    public StatsServlet(HttpStats stats, String allow) {
        this(stats, new Params(Params.DEFAULTS.name(), Objects.requireNonNull(allow), null, false, false));
    }

    /** Creates a servlet that shows the given statistics, with settings that the init-params override. */
    public StatsServlet(HttpStats stats, Params params) {
        given = Objects.requireNonNull(stats);
        givenParams = params;
    }

    @Override
    public void init() throws ServletException {
        InitParams params = new InitParams(getInitParameterNames(), this::getInitParameter);
        Params settings = params.bind(givenParams);
        params.rejectUnknown();
        try {
            access = StatsAccess.of(settings.allow(), settings.token());
        } catch (IllegalArgumentException e) {
            throw new ServletException("init-param " + e.getMessage(), e);
        }
        name = settings.name();
        counted = settings.counted();
        if (settings.jmx()) {
            registerBean();
        }
        LOG.log(
                System.Logger.Level.INFO,
                "httpstats shown to " + access + (bean == null ? "" : ", and over JMX as " + bean.name()));
    }

    private void registerBean() throws ServletException {
        try {
            String instance = given == null ? name : given.config().name();
            bean = StatsMBean.register(getServletContext().getContextPath(), instance, this::json);
        } catch (JMException e) {
            throw new ServletException("init-param jmx=true: the MBean cannot be registered; set jmx to false", e);
        }
    }

    /** {@return all numbers, or no numbers while there is no filter} */
    private byte[] json() {
        return stats().map(
                        stats -> formats.choose("json", null).render(stats.snapshot(), sectionReader.read(sections())))
                .orElseGet(() -> "{}".getBytes(StandardCharsets.UTF_8));
    }

    private Optional<HttpStats> stats() {
        return given != null ? Optional.of(given) : StatsRegistry.find(getServletContext(), name);
    }

    @Override
    public void destroy() {
        sectionReader.close();
        if (bean != null) {
            try {
                bean.unregister();
            } catch (JMException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot unregister the MBean of /stats", e);
            }
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!counted) {
            request.setAttribute(HttpStats.EXCLUDE_ATTRIBUTE, true);
        }
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        Optional<StatsAccess.Denial> denial = accessDenial(request);
        if (denial.isPresent()) {
            if (denial.get().status() == HttpServletResponse.SC_UNAUTHORIZED) {
                response.setHeader("WWW-Authenticate", "Bearer");
            }
            JsonResponses.sendError(
                    response, denial.get().status(), denial.get().reason());
            return;
        }
        boolean head = request.getMethod().equals("HEAD");
        if (!head && !request.getMethod().equals("GET")) {
            response.setHeader("Allow", METHODS);
            JsonResponses.sendError(
                    response,
                    HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                    "%s is not allowed; use %s".formatted(Excerpt.of(request.getMethod()), METHODS));
            return;
        }
        Optional<HttpStats> stats = stats();
        if (stats.isEmpty()) {
            JsonResponses.sendError(
                    response,
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "this application has no HttpStatsFilter named '%s'; map one, or set the StatsServlet's init-param name"
                            .formatted(name));
            return;
        }
        show(request, response, stats.get(), head);
    }

    private void show(HttpServletRequest request, HttpServletResponse response, HttpStats stats, boolean head)
            throws IOException {
        String formatName;
        try {
            formatName = request.getParameter("format");
        } catch (RuntimeException e) {
            // Each container throws a different exception for a malformed query.
            JsonResponses.sendError(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    "the query cannot be parsed; the only parameter is format=<name>");
            return;
        }
        StatsFormat format;
        try {
            format = formats.choose(formatName, request.getHeader("Accept"));
        } catch (IllegalArgumentException e) {
            response.setHeader("Vary", "Accept");
            if (formatName == null) {
                JsonResponses.sendError(
                        response,
                        HttpServletResponse.SC_NOT_ACCEPTABLE,
                        "Accept: %s: %s".formatted(Excerpt.of(request.getHeader("Accept")), e.getMessage()));
            } else {
                JsonResponses.sendError(
                        response,
                        HttpServletResponse.SC_BAD_REQUEST,
                        "format=%s: %s".formatted(Excerpt.of(formatName), e.getMessage()));
            }
            return;
        }
        byte[] body = format.render(stats.snapshot(), sectionReader.read(sections()));
        response.setHeader("Vary", "Accept");
        format.headers().forEach(response::setHeader);
        response.setContentType(format.contentType());
        response.setContentLength(body.length);
        if (!head) {
            response.getOutputStream().write(body);
        }
    }

    /**
     * Returns why a request may not read the statistics, or empty if it may. An application can apply the same rule to
     * its own pages for operators. Call this only after the servlet has been initialized.
     */
    public Optional<String> denial(HttpServletRequest request) {
        return accessDenial(request).map(StatsAccess.Denial::reason);
    }

    private Optional<StatsAccess.Denial> accessDenial(HttpServletRequest request) {
        HttpServletRequest received = ReceivedRequest.innermost(request);
        return access.denial(
                ReceivedRequest.peer(received),
                Collections.list(received.getHeaderNames()),
                received.getHeader("Authorization"));
    }

    private Map<String, Supplier<?>> sections() {
        Map<String, Supplier<?>> sections = new TreeMap<>();
        for (String attribute : Collections.list(getServletContext().getAttributeNames())) {
            if (attribute.startsWith(SECTION_PREFIX)
                    && getServletContext().getAttribute(attribute) instanceof Supplier<?> section) {
                sections.put(attribute.substring(SECTION_PREFIX.length()), section);
            }
        }
        return sections;
    }

    /**
     * The settings of a {@link StatsServlet}; its init-params have the same names.
     *
     * @param name the name of the filter to show; not used if the servlet was given an {@link HttpStats}
     * @param allow the addresses and CIDR ranges that may read the statistics, separated by commas; null for loopback
     * @param token the bearer token that may read the statistics from any address; null for none
     * @param counted whether requests of this servlet are recorded
     * @param jmx whether all numbers are also available over JMX
     */
    public record Params(
            String name, @Nullable String allow, @Nullable String token, boolean counted, boolean jmx) {

        /** Every setting at its default. */
        public static final Params DEFAULTS = new Params("default", null, null, false, false);

        /**
         * Checks the settings.
         *
         * @throws IllegalArgumentException if {@code allow} or {@code token} is not valid
         */
        public Params {
            StatsAccess.of(allow, token);
        }

        /** {@return the settings, without the token} */
        @Override
        public String toString() {
            return Settings.describe(this, "token");
        }
    }
}
