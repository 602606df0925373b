package io.github.doorbuster.pvpool.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of a DataSource, which the application may close before the pool. */
record DataSourceConnections(DataSource dataSource) implements Connections {

    @Override
    public Connection open() throws SQLException {
        return dataSource.getConnection();
    }

    /** Asks the DataSource. HikariCP, DBCP, Tomcat JDBC and c3p0 have no interface for it, but a method. */
    @Override
    public boolean isClosed() {
        try {
            return (Boolean) dataSource.getClass().getMethod("isClosed").invoke(dataSource);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException | ClassCastException e) {
            return false;
        }
    }
}
