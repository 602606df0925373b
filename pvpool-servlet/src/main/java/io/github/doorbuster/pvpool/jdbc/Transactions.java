package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions with a network timeout, and rolls back if it fails. The connection is returned with its
 * settings restored, or aborted if its state is unknown.
 */
final class Transactions {

    private final Connections connections;
    private final int timeoutMillis;
    private final int isolation;

    Transactions(Connections connections, int timeoutMillis, int isolation) {
        this.connections = connections;
        this.timeoutMillis = timeoutMillis;
        this.isolation = isolation;
    }

    <T> T run(Work<T> work) throws SQLException {
        try (Connection connection = connections.open()) {
            boolean autoCommit = connection.getAutoCommit();
            int isolationBefore = connection.getTransactionIsolation();
            Integer timeoutBefore = limitNetworkTimeout(connection, timeoutMillis);
            try {
                connection.setAutoCommit(false);
                if (isolationBefore != isolation) {
                    connection.setTransactionIsolation(isolation);
                }
                T result = work.run(connection);
                connection.commit();
                restore(connection, autoCommit, isolationBefore, timeoutBefore);
                return result;
            } catch (Throwable e) { // also an Error: what it left open must not be committed with anything else
                if (rollBack(connection, e)) {
                    restoreAfter(e, connection, autoCommit, isolationBefore, timeoutBefore);
                }
                throw e;
            }
        }
    }

    /** Rolls back and returns true. If that fails, aborts the connection: the state of its transaction is unknown. */
    private static boolean rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            return true;
        } catch (Throwable e) {
            cause.addSuppressed(e);
            abort(connection, cause);
            return false;
        }
    }

    private static void abort(Connection connection, Throwable cause) {
        try {
            connection.abort(Runnable::run);
        } catch (Throwable e) {
            cause.addSuppressed(e);
        }
    }

    private static void restoreAfter(
            Throwable cause,
            Connection connection,
            boolean autoCommit,
            int isolation,
            @Nullable Integer timeoutMillis) {
        try {
            restore(connection, autoCommit, isolation, timeoutMillis);
        } catch (Throwable e) {
            cause.addSuppressed(e);
            abort(connection, cause);
        }
    }

    private static void restore(
            Connection connection, boolean autoCommit, int isolation, @Nullable Integer timeoutMillis)
            throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        connection.setAutoCommit(autoCommit);
        if (connection.getTransactionIsolation() != isolation) {
            connection.setTransactionIsolation(isolation);
        }
        if (timeoutMillis != null) {
            limitNetworkTimeout(connection, timeoutMillis);
        }
    }

    /** Limits the network timeout. Returns the previous one, or null if the driver does not support it. */
    private static @Nullable Integer limitNetworkTimeout(Connection connection, int millis) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            if (before == 0 || before > millis) {
                connection.setNetworkTimeout(Runnable::run, millis);
            }
            return before;
        } catch (SQLFeatureNotSupportedException e) {
            return null;
        }
    }

    /** The statements of a transaction. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }
}
