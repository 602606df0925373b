package io.github.doorbuster.demo.console;

import io.github.doorbuster.demo.rush.LiveRush;
import io.github.doorbuster.demo.rush.SalePlan;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rush of the console. {@code GET /console/rush} returns its state and its limits; {@code POST /console/rush} with
 * a {@link RushRequest} starts it; {@code POST /console/rush/stop} ends it early. A start answers 202, 409 if a rush
 * runs, and 400 for an invalid request, which changes nothing.
 */
public final class RushServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final int MAX_BODY_BYTES = 1_000;
    private static final String PATHS = "the paths are GET and POST /console/rush, and POST /console/rush/stop";
    private static final String START = "";
    private static final String STOP = "/stop";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enumNamingStrategy(EnumNamingStrategies.LOWER_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /** The items of the shop. */
    @FunctionalInterface
    public interface Items {

        /** {@return whether the shop has an item} */
        boolean contains(String itemId) throws SQLException;
    }

    private record Controls(
            String csrfToken,
            boolean setsStock,
            String defaultItem,
            Map<String, RushLimit.Range> limits,
            LiveRush.Snapshot rush) {}

    private final transient LiveRush rush;
    private final transient OperatorAccess access;
    private final transient Items items;
    private final boolean setsStock;

    /**
     * Creates the servlet for {@code /console/rush/*}.
     *
     * @param statsRule returns why a request may not read {@code /stats}, or empty if it may
     * @param setsStock whether a rush may set the stock of its item
     */
    public RushServlet(
            LiveRush rush, Function<HttpServletRequest, Optional<String>> statsRule, Items items, boolean setsStock) {
        this.rush = rush;
        this.access = new OperatorAccess(statsRule);
        this.items = items;
        this.setsStock = setsStock;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> denial = access.denialOfReading(request);
        if (denial.isPresent()) {
            error(response, HttpServletResponse.SC_FORBIDDEN, denial.get());
        } else if (!path(request).equals(START)) {
            error(response, HttpServletResponse.SC_NOT_FOUND, PATHS);
        } else {
            send(response, HttpServletResponse.SC_OK, controls());
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> denial = access.denialOfChange(request);
        if (denial.isPresent()) {
            error(response, HttpServletResponse.SC_FORBIDDEN, denial.get());
            return;
        }
        switch (path(request)) {
            case START -> start(request, response);
            case STOP -> {
                rush.stop();
                send(response, HttpServletResponse.SC_OK, controls());
            }
            default ->
                error(response, HttpServletResponse.SC_NOT_FOUND, "the paths are /console/rush and /console/rush/stop");
        }
    }

    private void start(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            response.setHeader("Connection", "close");
            error(
                    response,
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    "the body is longer than %d bytes".formatted(MAX_BODY_BYTES));
            return;
        }
        SalePlan plan;
        try {
            plan = plan(body);
        } catch (IllegalArgumentException e) {
            error(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
            return;
        } catch (SQLException e) {
            error(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "the database of the shop is not available");
            return;
        }
        if (rush.start(plan)) {
            send(response, HttpServletResponse.SC_ACCEPTED, controls());
        } else {
            error(response, HttpServletResponse.SC_CONFLICT, "a rush is running, or the shop closes; stop it first");
        }
    }

    private SalePlan plan(byte[] body) throws SQLException {
        RushRequest wanted;
        try {
            wanted = JSON.readValue(body, RushRequest.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "send a JSON object with any of the whole numbers buyers, viewers, seconds"
                            + " and stock, and the text item");
        }
        if (wanted == null) {
            throw new IllegalArgumentException("send a JSON object, such as {}");
        }
        if (wanted.stock() != null && !setsStock) {
            throw new IllegalArgumentException(
                    "stock=%d: must be left out, since a rush does not change the stock in the database of --jdbc-url"
                            .formatted(wanted.stock()));
        }
        SalePlan plan = wanted.plan();
        if (!items.contains(plan.hotItem())) {
            throw new IllegalArgumentException("item: the shop has no such item; /api/items lists them");
        }
        return plan;
    }

    private Controls controls() {
        Map<String, RushLimit.Range> limits = new LinkedHashMap<>();
        for (RushLimit limit : RushLimit.values()) {
            if (limit != RushLimit.STOCK || setsStock) {
                limits.put(limit.key(), limit.range());
            }
        }
        return new Controls(access.token(), setsStock, RushRequest.DEFAULT_ITEM, limits, rush.snapshot());
    }

    private static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        return info == null ? START : info;
    }

    private static void error(HttpServletResponse response, int status, String message) throws IOException {
        send(response, status, Map.of("error", message));
    }

    private static void send(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
