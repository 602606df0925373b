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
 * Renders JSON responses as pages with the same status, for clients whose {@code Accept} header names {@code text/html}
 * and not {@code application/json}. Other clients get the JSON.
 */
final class HtmlResponseFilter implements Filter {

    private static final String BUFFERED = HtmlResponseFilter.class.getName();

    private final ResultPage page;
    private final Catalog catalog;

    HtmlResponseFilter(ResultPage page, Catalog catalog) {
        this.page = page;
        this.catalog = catalog;
    }

    /** {@return whether an {@code Accept} header names HTML and not JSON} */
    static boolean prefersHtml(@Nullable String accept) {
        String ranges = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
        return ranges.contains("text/html") && !ranges.contains("application/json");
    }

    @Override
    public void doFilter(ServletRequest servletRequest, ServletResponse servletResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        // A purchase that has waited is dispatched again, with the response of the first dispatch.
        BufferedJsonResponse buffered = (BufferedJsonResponse) request.getAttribute(BUFFERED);
        if (buffered == null) {
            response.addHeader("Vary", "Accept");
            if (!prefersHtml(request.getHeader("Accept"))) {
                chain.doFilter(request, response);
                return;
            }
            String item = itemOf(request.getQueryString());
            buffered = new BufferedJsonResponse(response, (status, json) -> render(status, json, item));
            request.setAttribute(BUFFERED, buffered);
        }
        chain.doFilter(request, buffered);
        if (!request.isAsyncStarted()) {
            buffered.release();
        }
    }

    private String render(int status, JsonNode json, String item) {
        String id = json.path("bought").asString(item);
        return page.render(status, json.path("error").asString(""), find(id));
    }

    /** Reads the item from the query: the body can be read only once, by the application. */
    private static String itemOf(@Nullable String query) {
        String prefix = "item=";
        try {
            return query != null && query.startsWith(prefix)
                    ? URLDecoder.decode(query.substring(prefix.length()), StandardCharsets.UTF_8)
                    : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private ResultPage.@Nullable Purchased find(String itemId) {
        if (itemId.isEmpty()) {
            return null; // the page of the shop, while the database is down
        }
        try {
            String name = catalog.nameOf(itemId);
            return name == null ? null : new ResultPage.Purchased(itemId, name);
        } catch (SQLException e) {
            return null; // the page then omits the name
        }
    }
}
