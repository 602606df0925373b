package io.github.doorbuster.httpstats.servlet;

import io.github.doorbuster.httpstats.HttpStats;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the numbers of an {@link HttpStatsFilter}, and beside them the sections that others publish: each
 * {@code stats.<name>} attribute of the ServletContext that is a {@link Supplier}.
 *
 * <p>Init-params: {@code name}, which filter's numbers (default {@code default}); {@code allow}, who may read them, as
 * addresses or CIDR ranges separated by commas (default loopback only).
 */
public final class StatsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final System.Logger LOG = System.getLogger(StatsServlet.class.getName());
    private static final String SECTION_PREFIX = "stats.";
    private static final String ALLOW = "GET, HEAD";

    private final transient @Nullable HttpStats given;
    private final transient @Nullable String givenAllow;
    private final transient StatsFormats formats = new StatsFormats();
    private transient String name = "";
    private transient boolean loopbackByDefault;
    private transient AddressRule allow = AddressRule.parse(AddressRule.LOOPBACK);

    /** For {@code web.xml}: shows the filter of the name in init-param {@code name}. */
    public StatsServlet() {
        given = null;
        givenAllow = null;
    }

    /**
     * For a program: shows the given statistics, to loopback unless init-param {@code allow} says otherwise.
     *
     * @param stats the statistics
     */
    public StatsServlet(HttpStats stats) {
        given = Objects.requireNonNull(stats);
        givenAllow = null;
    }

    /**
     * For a program: shows the given statistics to the given addresses.
     *
     * @param stats the statistics
     * @param allow addresses or CIDR ranges, separated by commas
     */
    public StatsServlet(HttpStats stats, String allow) {
        given = Objects.requireNonNull(stats);
        givenAllow = Objects.requireNonNull(allow);
    }

    @Override
    public void init() throws ServletException {
        InitParams params = new InitParams(getInitParameterNames(), this::getInitParameter);
        Params settings = params.bind(Params.DEFAULTS);
        params.rejectUnknown();
        String chosen = settings.allow() == null ? givenAllow : settings.allow();
        loopbackByDefault = chosen == null;
        String addresses = chosen == null ? AddressRule.LOOPBACK : chosen;
        try {
            allow = AddressRule.parse(addresses);
        } catch (IllegalArgumentException e) {
            throw new ServletException("init-param " + e.getMessage(), e);
        }
        name = settings.name();
        LOG.log(System.Logger.Level.INFO, "httpstats shown to " + addresses);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        Optional<String> refusal = refusal(request);
        if (refusal.isPresent()) {
            JsonResponses.sendError(response, HttpServletResponse.SC_FORBIDDEN, refusal.get());
            return;
        }
        boolean head = request.getMethod().equals("HEAD");
        if (!head && !request.getMethod().equals("GET")) {
            response.setHeader("Allow", ALLOW);
            JsonResponses.sendError(
                    response,
                    HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                    "%s is not allowed here; the statistics are read with %s"
                            .formatted(Excerpt.of(request.getMethod()), ALLOW));
            return;
        }
        Optional<HttpStats> stats = given != null ? Optional.of(given) : NamedStats.find(getServletContext(), name);
        if (stats.isEmpty()) {
            JsonResponses.sendError(
                    response,
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "no HttpStatsFilter named '%s' is on in this application; map one, or set init-param name"
                            .formatted(name));
            return;
        }
        answer(request, response, stats.get(), head);
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, HttpStats stats, boolean head)
            throws IOException {
        StatsFormats.Choice choice;
        try {
            choice = formats.choose(request.getParameter("format"), request.getHeader("Accept"));
        } catch (RuntimeException e) {
            // Containers say in ways of their own that a query is malformed.
            JsonResponses.sendError(
                    response, HttpServletResponse.SC_BAD_REQUEST, "the query cannot be read; it takes format=<name>");
            return;
        }
        if (choice.format() == null) {
            JsonResponses.sendError(response, HttpServletResponse.SC_BAD_REQUEST, choice.error());
            return;
        }
        byte[] body = choice.format().render(stats.snapshot(), sections());
        response.setHeader("Vary", "Accept");
        choice.format().headers().forEach(response::setHeader);
        response.setContentType(choice.format().contentType());
        response.setContentLength(body.length);
        if (!head) {
            response.getOutputStream().write(body);
        }
    }

    private Optional<String> refusal(HttpServletRequest request) {
        if (!allow.allows(request.getRemoteAddr())) {
            return Optional.of("%s may not read the statistics; only the addresses in the StatsServlet's allow may"
                    .formatted(request.getRemoteAddr()));
        }
        // A proxy on this machine comes from loopback too, whoever is behind it.
        boolean forwarded = request.getHeader("Forwarded") != null || request.getHeader("X-Forwarded-For") != null;
        return forwarded && loopbackByDefault
                ? Optional.of("a proxy forwarded this request and the statistics are shown to this machine only;"
                        + " set the StatsServlet's allow to the proxy's address to let it decide who passes")
                : Optional.empty();
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

    /** The init-params. */
    private record Params(String name, @Nullable String allow) {

        static final Params DEFAULTS = new Params("default", null);
    }
}
