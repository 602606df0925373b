package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceLoader;

/** Where connections come from. */
interface Connections {

    Connection open() throws SQLException;

    /**
     * Asks the driver itself: DriverManager does not see drivers that only the web application carries.
     *
     * @throws IllegalArgumentException if no driver accepts the URL
     */
    static Connections ofUrl(String url, String user, String password, int timeoutMillis) {
        Driver driver = driverOf(url);
        Properties properties = new Properties();
        if (!user.isEmpty()) {
            properties.setProperty("user", user);
            properties.setProperty("password", password);
        }
        if (url.startsWith("jdbc:mysql:")) {
            properties.setProperty("connectTimeout", String.valueOf(timeoutMillis));
            properties.setProperty("socketTimeout", String.valueOf(timeoutMillis));
        }
        return () -> {
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw new SQLException("the driver no longer accepts " + scheme(url));
            }
            return connection;
        };
    }

    private static Driver driverOf(String url) {
        for (Driver driver : ServiceLoader.load(Driver.class)) {
            try {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            } catch (SQLException e) {
                throw new IllegalArgumentException("jdbcUrl: %s".formatted(e.getMessage()), e);
            }
        }
        throw new IllegalArgumentException(
                "jdbcUrl=%s...: must be a URL that a JDBC driver on the class path accepts; add the driver's jar"
                        .formatted(scheme(url)));
    }

    /** The part of a URL that holds no secret. */
    private static String scheme(String url) {
        int end = url.indexOf(':', "jdbc:".length());
        return end < 0 ? "?" : url.substring(0, end);
    }
}
