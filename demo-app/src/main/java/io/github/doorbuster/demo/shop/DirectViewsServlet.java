package io.github.doorbuster.demo.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import tools.jackson.core.JacksonException;

/** {@code POST /items/pvc} without the pool: one statement for each view. */
final class DirectViewsServlet extends ShopServlet {

    private static final long serialVersionUID = 1L;

    private final transient DataSource dataSource;
    private final LongAdder statements;

    private record Views(List<String> item_ids) {}

    DirectViewsServlet(DataSource dataSource, LongAdder statements) {
        super("POST");
        this.dataSource = dataSource;
        this.statements = statements;
    }

    @Override
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException, SQLException {
        List<String> ids;
        try {
            ids = JSON.readValue(request.getInputStream(), Views.class).item_ids();
        } catch (JacksonException e) {
            error(response, 400, "send {\"item_ids\":[...]}");
            return;
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement add = connection.prepareStatement(
                        "INSERT INTO item_pv (item_id, pv) VALUES (?, 1) ON DUPLICATE KEY UPDATE pv = pv + 1")) {
            for (String id : ids) {
                add.setString(1, id);
                statements.increment();
                add.executeUpdate();
            }
        }
        json(response, 202, Map.of("accepted", ids.size()));
    }
}
