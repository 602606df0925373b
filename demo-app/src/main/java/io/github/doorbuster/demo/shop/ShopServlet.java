package io.github.doorbuster.demo.shop;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** A servlet of the shop: refuses other methods than its own with 405 and answers JSON. */
abstract class ShopServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(ShopServlet.class.getName());
    static final JsonMapper JSON = JsonMapper.builder().build();

    private final transient List<String> methods;

    ShopServlet(String... methods) {
        this.methods = List.of(methods);
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (methods.contains(request.getMethod())) {
            super.service(request, response);
        } else {
            String allowed = String.join(", ", methods);
            response.setHeader("Allow", allowed);
            error(response, 405, "this path takes " + allowed);
        }
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = ShopServlet.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
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

    static void unavailable(HttpServletResponse response, SQLException e) throws IOException {
        LOG.log(Level.WARNING, "the database failed: {0}", e.getMessage());
        response.setHeader("Retry-After", "1");
        error(response, 503, "the shop's database does not answer; try again");
    }
}
