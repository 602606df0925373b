package io.github.doorbuster.demo.console;

import io.github.doorbuster.demo.rush.LiveRush;
import io.github.doorbuster.demo.rush.SalePlan;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * The rush of the console. {@code GET /console/rush} returns its state and its limits; {@code POST /console/rush} with
 * a {@link RushRequest} starts it; {@code POST /console/rush/stop} ends it early. A start answers 202, 409 if a rush
 * runs, and 400 for an invalid request, which changes nothing.
 */
public final class RushServlet extends ControlsServlet {

    private static final long serialVersionUID = 1L;
    private static final String PATHS = "the paths are GET and POST /console/rush, and POST /console/rush/stop";
    private static final String START = "";
    private static final String STOP = "/stop";

    private record Controls(
            String csrfToken,
            boolean setsStock,
            String defaultItem,
            Map<String, RushLimit.Range> limits,
            LiveRush.Snapshot rush) {}

    private final transient LiveRush rush;
    private final transient ShopItems items;
    private final boolean setsStock;

    /**
     * Creates the servlet for {@code /console/rush/*}.
     *
     * @param access decides who may use it
     * @param setsStock whether a rush may set the stock of its item
     */
    public RushServlet(LiveRush rush, OperatorAccess access, ShopItems items, boolean setsStock) {
        super(access, PATHS);
        this.rush = rush;
        this.items = items;
        this.setsStock = setsStock;
    }

    @Override
    boolean show(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!path.equals(START)) {
            return false;
        }
        ConsoleJson.send(response, HttpServletResponse.SC_OK, controls());
        return true;
    }

    @Override
    boolean change(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (path) {
            case START -> start(request, response);
            case STOP -> {
                rush.stop();
                ConsoleJson.send(response, HttpServletResponse.SC_OK, controls());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void start(HttpServletRequest request, HttpServletResponse response) throws IOException {
        SalePlan plan;
        try {
            plan = plan(ConsoleJson.body(request));
        } catch (IllegalArgumentException e) {
            ConsoleJson.invalid(response, e);
            return;
        } catch (SQLException e) {
            ConsoleJson.error(
                    response,
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "the database of the shop is not available; try again");
            return;
        }
        if (rush.start(plan)) {
            ConsoleJson.send(response, HttpServletResponse.SC_ACCEPTED, controls());
        } else {
            ConsoleJson.error(
                    response, HttpServletResponse.SC_CONFLICT, "a rush is running, or the shop closes; stop it first");
        }
    }

    private SalePlan plan(byte[] body) throws SQLException {
        RushRequest wanted;
        try {
            wanted = ConsoleJson.MAPPER.readValue(body, RushRequest.class);
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
        items.require(plan.hotItem());
        return plan;
    }

    private Controls controls() {
        Map<String, RushLimit.Range> limits = new LinkedHashMap<>();
        for (RushLimit limit : RushLimit.values()) {
            if (limit != RushLimit.STOCK || setsStock) {
                limits.put(limit.key(), limit.range());
            }
        }
        return new Controls(token(), setsStock, RushRequest.DEFAULT_ITEM, limits, rush.snapshot());
    }
}
