package io.github.doorbuster.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Connections to the database. Purchases and views have separate pools, so that a queue in one does not block the
 * other.
 */
final class ShopDatabase implements AutoCloseable {

    private static final String EMBEDDED = "jdbc:h2:mem:shop;MODE=MySQL;DB_CLOSE_DELAY=-1";
    private static final int VIEW_CONNECTIONS = 16;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int HEALTH_TIMEOUT_SECONDS = 1;
    // Above the 50 s that a purchase may wait for its row in InnoDB.
    private static final int SOCKET_TIMEOUT_MILLIS = 60_000;

    private final HikariDataSource purchases;
    private final HikariDataSource views;

    ShopDatabase(ShopSettings settings) {
        purchases = pool("purchases", settings.concurrentPurchases(), settings.servers());
        try {
            views = pool("views", VIEW_CONNECTIONS, settings.servers());
        } catch (RuntimeException e) {
            purchases.close();
            throw e;
        }
    }

    private static HikariDataSource pool(String name, int size, ServerOptions servers) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("doorbuster-demo-" + name);
        config.setJdbcUrl(openAtShutdown(servers.jdbcUrl == null ? EMBEDDED : servers.jdbcUrl));
        config.setUsername(servers.jdbcUser);
        config.setPassword(servers.jdbcPassword);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        if (config.getJdbcUrl().startsWith("jdbc:mysql:")
                && !config.getJdbcUrl().contains("socketTimeout")) {
            config.addDataSourceProperty("socketTimeout", String.valueOf(SOCKET_TIMEOUT_MILLIS));
        }
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            throw new IllegalStateException(
                    "no connection to the database %s: %s"
                            .formatted(withoutParameters(config.getJdbcUrl()), firstLine(e)),
                    e);
        }
    }

    /** By default H2 closes the database when the process is asked to stop, before the last views are written. */
    private static String openAtShutdown(String url) {
        boolean closes = url.startsWith("jdbc:h2:") && !url.contains("DB_CLOSE_ON_EXIT");
        return closes ? url + ";DB_CLOSE_ON_EXIT=FALSE" : url;
    }

    /** {@return a URL without its parameters, which may have secrets} */
    static String withoutParameters(String url) {
        return url.replaceFirst("[?;].*", "");
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getCause().getMessage()).lines().findFirst().orElse("no reason given");
    }

    DataSource purchases() {
        return purchases;
    }

    DataSource views() {
        return views;
    }

    boolean isUp() {
        try (Connection connection = views.getConnection()) {
            return connection.isValid(HEALTH_TIMEOUT_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        views.close();
        purchases.close();
    }
}
