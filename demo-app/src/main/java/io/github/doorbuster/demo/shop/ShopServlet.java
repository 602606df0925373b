package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.json.JsonMapper;

/** A servlet of the shop: answers 405 to methods other than its own, and 503 if the database fails. */
abstract class ShopServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(ShopServlet.class.getName());
    static final JsonMapper JSON = JsonMapper.shared();

    private final transient List<String> methods;
    private final transient AtomicBoolean failing = new AtomicBoolean();

    ShopServlet(String... methods) {
        this.methods = List.of(methods);
    }

    /** Handles a request with one of the methods of this servlet. */
    abstract void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, SQLException;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!methods.contains(request.getMethod())) {
            String allowed = String.join(", ", methods);
            response.setHeader("Allow", allowed);
            error(response, 405, "this path allows " + allowed);
            return;
        }
        try {
            handle(request, response);
            if (failing.get() && failing.getAndSet(false)) {
                LOG.log(
                        Level.INFO,
                        "database calls of {0} succeed again",
                        getClass().getSimpleName());
            }
        } catch (SQLException e) {
            if (!failing.getAndSet(true)) {
                LOG.log(
                        Level.WARNING,
                        "database calls of {0} fail: {1}; its requests get 503 until they succeed",
                        getClass().getSimpleName(),
                        String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
            response.setHeader("Retry-After", "1");
            error(response, 503, "the database of the shop is not available; try again");
        }
    }

    static void json(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    static void error(HttpServletResponse response, int status, String message) throws IOException {
        json(response, status, Map.of("error", message));
    }
}
