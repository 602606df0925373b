package io.github.doorbuster.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the servlet tells that an item was bought, which ends the grant of its purchase. */
class BuyServletTest {

    private static final String RESPONSE = "response";

    private final HikariDataSource database = new HikariDataSource();
    private final Server server = new Server();
    private final LocalConnector connector = new LocalConnector(server);
    /** What others saw when the servlet told that an item was bought. */
    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        database.setJdbcUrl("jdbc:h2:mem:buy;MODE=MySQL");
        Catalog.open(database, ids -> Map.of(), 1);
        ServletContextHandler context = new ServletContextHandler();
        Filter keepsResponse = (request, response, chain) -> {
            request.setAttribute(RESPONSE, response);
            chain.doFilter(request, response);
        };
        context.addFilter(new FilterHolder(keepsResponse), "/buy", EnumSet.of(DispatcherType.REQUEST));
        Purchases purchases = new Purchases(database, Duration.ZERO);
        context.addServlet(new ServletHolder(new BuyServlet(purchases, this::bought)), "/buy");
        server.setHandler(context);
        server.addConnector(connector);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        database.close();
    }

    private void bought(HttpServletRequest request) {
        HttpServletResponse response = (HttpServletResponse) request.getAttribute(RESPONSE);
        seen.add("stock " + stock() + ", response of type " + response.getContentType());
    }

    private int stock() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT stock FROM item WHERE id = '1'")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private String buy() throws Exception {
        return connector.getResponse("POST /buy HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nitem_id=1");
    }

    @Test
    void anItemIsBoughtAfterTheCommitAndBeforeTheResponse() throws Exception {
        assertThat(buy()).startsWith("HTTP/1.1 200").contains("application/json");

        assertThat(seen).containsExactly("stock 0, response of type null");
    }

    @Test
    void nothingIsBoughtIfTheItemIsSoldOut() throws Exception {
        buy();
        seen.clear();

        assertThat(buy()).startsWith("HTTP/1.1 409");
        assertThat(seen).isEmpty();
    }
}
