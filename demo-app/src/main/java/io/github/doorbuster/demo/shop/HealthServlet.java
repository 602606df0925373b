package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** {@code GET /hc}: 200 if every part is up, otherwise 503 with the parts that are down. */
final class HealthServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private record Health(String status, Map<String, String> parts) {}

    private final transient Map<String, BooleanSupplier> parts;

    HealthServlet(Map<String, BooleanSupplier> parts) {
        super("GET", "HEAD");
        this.parts = new LinkedHashMap<>(parts);
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, String> states = new LinkedHashMap<>();
        parts.forEach((name, up) -> states.put(name, up.getAsBoolean() ? "up" : "down"));
        boolean down = states.containsValue("down");
        json(response, down ? 503 : 200, new Health(down ? "down" : "up", states));
    }
}
