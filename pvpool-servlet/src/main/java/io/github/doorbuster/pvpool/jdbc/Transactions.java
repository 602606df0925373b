package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions: READ COMMITTED, with a bound on how long the server may stay silent, rolled back on every
 * fault, and the connection given back as it came, or broken off where its state is not known.
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
            Integer timeoutBefore = limitSilence(connection, timeoutMillis);
            try {
                connection.setAutoCommit(false);
                if (isolationBefore != isolation) {
                    connection.setTransactionIsolation(isolation);
                }
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            } finally {
                giveBack(connection, autoCommit, isolationBefore, timeoutBefore);
            }
        }
    }

    /** A server that cannot even roll back gets no second word: after a lost COMMIT nobody knows what is open there. */
    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
            try {
                connection.abort(Runnable::run);
            } catch (SQLException ignored) {
                cause.addSuppressed(ignored);
            }
        }
    }

    private static void giveBack(
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
            limitSilence(connection, timeoutMillis);
        }
    }

    private static @Nullable Integer limitSilence(Connection connection, int millis) throws SQLException {
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

    /** What is done in a transaction. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }
}
