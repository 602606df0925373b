package io.github.doorbuster.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The connections of the demo: purchases and views have pools of their own, so that a pile-up in one leaves the other
 * be.
 */
final class ShopDatabase implements AutoCloseable {

    private static final String EMBEDDED = "jdbc:h2:mem:shop;MODE=MySQL;DB_CLOSE_DELAY=-1";
    private static final int VIEW_CONNECTIONS = 16;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int HEALTH_TIMEOUT_SECONDS = 1;
    // Above the 50 s that InnoDB lets a purchase wait for its row.
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
        config.setJdbcUrl(openUntilWeClose(servers.jdbcUrl == null ? EMBEDDED : servers.jdbcUrl));
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
                    "the database %s refused: %s".formatted(withoutSecrets(config), firstLine(e)), e);
        }
    }

    /** Left to itself, H2 closes the database as soon as the process is asked to stop, before the last views are in. */
    private static String openUntilWeClose(String url) {
        boolean closesItself = url.startsWith("jdbc:h2:") && !url.contains("DB_CLOSE_ON_EXIT");
        return closesItself ? url + ";DB_CLOSE_ON_EXIT=FALSE" : url;
    }

    private static String withoutSecrets(HikariConfig config) {
        return config.getJdbcUrl().replaceFirst("[?;].*", "");
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
