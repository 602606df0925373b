package io.github.doorbuster.demo.shop;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Turns the JSON of whatever answers behind it into a page, under the same status, for clients that name
 * {@code text/html} in their {@code Accept} and not {@code application/json}. Everybody else gets the JSON untouched.
 */
public final class BrowserAnswers implements Filter {

    private static final String HELD = BrowserAnswers.class.getName();

    private final AnswerPage page;
    private final Catalog catalog;

    /**
     * A filter in front of the shop's purchases.
     *
     * @param page how an answer looks
     * @param catalog knows what the items are called
     */
    public BrowserAnswers(AnswerPage page, Catalog catalog) {
        this.page = page;
        this.catalog = catalog;
    }

    /**
     * Tells whether a client wants a page.
     *
     * @param accept its {@code Accept}, if it sent one
     * @return whether it names HTML and not JSON
     */
    public static boolean wantsPage(@Nullable String accept) {
        String ranges = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
        return ranges.contains("text/html") && !ranges.contains("application/json");
    }

    @Override
    public void doFilter(ServletRequest servletRequest, ServletResponse servletResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        // A purchase that has waited comes by again, with the response of the first time.
        HeldJson held = (HeldJson) request.getAttribute(HELD);
        if (held == null) {
            response.addHeader("Vary", "Accept");
            if (!wantsPage(request.getHeader("Accept"))) {
                chain.doFilter(request, response);
                return;
            }
            String wanted = wantedItem(request.getQueryString());
            held = new HeldJson(response, (status, json) -> page(status, json, wanted));
            request.setAttribute(HELD, held);
        }
        chain.doFilter(request, held);
        if (!request.isAsyncStarted()) {
            held.release();
        }
    }

    private String page(int status, JsonNode json, String wanted) {
        String id = json.path("bought").asString(wanted);
        return page.render(status, json.path("error").asString(""), find(id));
    }

    /** From the query, because what is behind us reads the body, and it can be read only once. */
    private static String wantedItem(@Nullable String query) {
        String prefix = "item=";
        try {
            return query != null && query.startsWith(prefix)
                    ? URLDecoder.decode(query.substring(prefix.length()), StandardCharsets.UTF_8)
                    : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private AnswerPage.@Nullable Wanted find(String itemId) {
        if (itemId.isEmpty()) {
            return null; // above all the shop's own page, while the database is away
        }
        try {
            String name = catalog.nameOf(itemId);
            return name == null ? null : new AnswerPage.Wanted(itemId, name);
        } catch (SQLException e) {
            return null; // the answer reads well without
        }
    }
}
