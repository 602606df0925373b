package io.github.doorbuster.demo.console;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.SaleState;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The sale of one item in the console. {@code GET /console/sale?item=1} returns its state; {@code POST
 * /console/sale/open}, {@code /pause} and {@code /close} with <code>{"item": "1", "seconds": 600}</code> change it on
 * every node. A paused or closed item opens by itself after the seconds.
 */
public final class SaleServlet extends ControlsServlet {

    private static final long serialVersionUID = 1L;
    private static final String PATHS =
            "the paths are GET /console/sale?item=1, and POST /console/sale/open, /pause and /close";
    private static final Set<String> CHANGES = Set.of("/open", "/pause", "/close");
    private static final RushLimit.Range SECONDS = new RushLimit.Range(1, 86_400, 600);

    private record Change(@Nullable String item, @Nullable Integer seconds) {}

    private record Controls(String csrfToken, String item, SaleState state, RushLimit.Range seconds) {}

    private final transient BuyLock lock;
    private final transient ShopItems items;

    /**
     * Creates the servlet for {@code /console/sale/*}.
     *
     * @param access decides who may use it
     */
    public SaleServlet(BuyLock lock, OperatorAccess access, ShopItems items) {
        super(access, PATHS);
        this.lock = lock;
        this.items = items;
    }

    @Override
    boolean show(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!path.isEmpty()) {
            return false;
        }
        answer(response, () -> items.require(request.getParameter("item")));
        return true;
    }

    @Override
    boolean change(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!CHANGES.contains(path)) {
            return false;
        }
        answer(response, () -> change(path, request));
        return true;
    }

    private interface ItemOfRequest {
        String find() throws IOException, SQLException;
    }

    private void answer(HttpServletResponse response, ItemOfRequest itemOfRequest) throws IOException {
        try {
            String item = itemOfRequest.find();
            Controls controls = new Controls(token(), item, lock.saleState(item), SECONDS);
            ConsoleJson.send(response, HttpServletResponse.SC_OK, controls);
        } catch (IllegalArgumentException e) {
            ConsoleJson.invalid(response, e);
        } catch (SQLException e) {
            ConsoleJson.error(
                    response,
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "the database of the shop is not available; try again");
        }
    }

    private String change(String path, HttpServletRequest request) throws IOException, SQLException {
        Change wanted;
        try {
            wanted = ConsoleJson.MAPPER.readValue(ConsoleJson.body(request), Change.class);
        } catch (JacksonException e) {
            wanted = null;
        }
        if (wanted == null) {
            throw new IllegalArgumentException(
                    "send a JSON object with the text item and, if wanted, the whole number seconds");
        }
        Duration duration = duration(wanted.seconds());
        String item = items.require(wanted.item());
        switch (path) {
            case "/open" -> lock.openItem(item);
            case "/pause" -> lock.pauseItem(item, duration);
            default -> lock.closeItem(item, duration);
        }
        return item;
    }

    private static Duration duration(@Nullable Integer seconds) {
        int wanted = seconds == null ? SECONDS.preset() : seconds;
        if (wanted < SECONDS.least() || wanted > SECONDS.most()) {
            throw new IllegalArgumentException(
                    "seconds=%d: must be from %d to %d".formatted(wanted, SECONDS.least(), SECONDS.most()));
        }
        return Duration.ofSeconds(wanted);
    }
}
