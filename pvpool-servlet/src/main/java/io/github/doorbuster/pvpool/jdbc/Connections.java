package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections come from. */
interface Connections extends AutoCloseable {

    Connection open() throws SQLException;

    /** Ends what was opened for them; a DataSource is somebody else's. */
    @Override
    default void close() {}
}
