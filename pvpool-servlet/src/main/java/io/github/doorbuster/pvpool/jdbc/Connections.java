package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections. */
interface Connections extends AutoCloseable {

    Connection open() throws SQLException;

    /** {@return whether the application has closed the DataSource} */
    default boolean isClosed() {
        return false;
    }

    /** Releases the driver, if this object loaded it. A DataSource belongs to the application. */
    @Override
    default void close() {}
}
