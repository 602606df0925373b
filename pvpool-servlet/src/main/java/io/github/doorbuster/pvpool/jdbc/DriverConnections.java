package io.github.doorbuster.pvpool.jdbc;

import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;

/**
 * Opens connections with a driver. DriverManager is not used, because it does not see a driver that is only in the web
 * application.
 */
final class DriverConnections implements Connections {

    private static final Logger LOG = System.getLogger(DriverConnections.class.getName());

    private static final String PREFIX = "jdbc:";

    private final Driver driver;
    private final String url;
    private final Properties properties = new Properties();

    /**
     * Finds the driver.
     *
     * @throws IllegalArgumentException if no driver accepts the URL, or if the driver cannot parse it
     */
    DriverConnections(String url, String user, String password, int timeoutMillis) {
        this.driver = driverOf(url);
        this.url = url;
        if (!user.isEmpty()) {
            properties.setProperty("user", user);
            properties.setProperty("password", password);
        }
        if (url.startsWith("jdbc:mysql:")) {
            properties.setProperty("connectTimeout", String.valueOf(timeoutMillis));
            properties.setProperty("socketTimeout", String.valueOf(timeoutMillis));
        }
        requireParsable();
    }

    @Override
    public Connection open() throws SQLException {
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not accept the URL %s...".formatted(scheme(url)));
        }
        return connection;
    }

    /**
     * Stops and deregisters a driver of the web application, so that neither its thread nor DriverManager keeps the
     * application in memory. Does nothing to a driver of the container, which other applications may use.
     */
    @Override
    public void close() {
        ClassLoader application = DriverConnections.class.getClassLoader();
        if (driver.getClass().getClassLoader() != application || application == ClassLoader.getSystemClassLoader()) {
            return;
        }
        if (driver.getClass().getName().startsWith("com.mysql.cj.")) {
            AbandonedConnectionCleanupThread.uncheckedShutdown();
        }
        DriverManager.drivers()
                .filter(registered -> registered.getClass() == driver.getClass())
                .forEach(DriverConnections::deregister);
    }

    private static void deregister(Driver driver) {
        try {
            DriverManager.deregisterDriver(driver);
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "cannot deregister the JDBC driver", e);
        }
    }

    private static Driver driverOf(String url) {
        for (Driver driver : ServiceLoader.load(Driver.class)) {
            try {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            } catch (SQLException e) {
                throw notParsable(url, driver);
            }
        }
        throw new IllegalArgumentException(
                "jdbcUrl=%s...: must be a URL that a JDBC driver on the class path accepts; add the driver's jar"
                        .formatted(scheme(url)));
    }

    /** Lets the driver parse the URL, which does not connect yet. */
    private void requireParsable() {
        try {
            driver.getPropertyInfo(url, properties);
        } catch (SQLException | RuntimeException e) {
            throw notParsable(url, driver);
        }
    }

    /** An error without the driver's message and without a cause, because both may quote the URL and its password. */
    private static IllegalArgumentException notParsable(String url, Driver driver) {
        return new IllegalArgumentException("jdbcUrl=%s...: must be a URL that %s can parse"
                .formatted(scheme(url), driver.getClass().getName()));
    }

    /** The beginning of a URL, which holds no secret. */
    private static String scheme(String url) {
        int end = url.indexOf(':', PREFIX.length());
        return url.startsWith(PREFIX) && end > 0 ? url.substring(0, end + 1) : "";
    }
}
