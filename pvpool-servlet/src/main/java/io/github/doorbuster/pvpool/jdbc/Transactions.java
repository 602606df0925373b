package io.github.doorbuster.pvpool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions with a network timeout. A transaction ends in a commit, a rollback or an aborted
 * connection, whatever is thrown.
 *
 * <p>BEGIN and COMMIT are sent as statements, because {@code setAutoCommit} and its restoration would each take one
 * more round trip.
 */
final class Transactions {

    private final Connections connections;
    private final int timeoutMillis;

    Transactions(Connections connections, int timeoutMillis) {
        this.connections = connections;
        this.timeoutMillis = timeoutMillis;
    }

    /** Runs statements in a transaction. */
    <T> T run(Work<T> work) throws SQLException {
        return withConnection(connection -> {
            try {
                execute(connection, "BEGIN");
                T result = work.run(connection);
                execute(connection, "COMMIT");
                return result;
            } catch (Throwable e) { // also for an Error: its changes must not be committed with those of a later
                // transaction
                rollBack(connection, e);
                throw e;
            }
        });
    }

    /** Runs statements that only read, and see the same state of the database. */
    <T> T runOnOneState(Work<T> work) throws SQLException {
        return withConnection(connection -> {
            int before = connection.getTransactionIsolation();
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return inTransaction(connection, read -> {
                    execute(read, "BEGIN");
                    return work.run(read);
                });
            } finally {
                if (!connection.isClosed()) {
                    connection.setTransactionIsolation(before);
                }
            }
        });
    }

    /** Runs one statement, which is its own transaction. */
    <T> T once(Work<T> statement) throws SQLException {
        return withConnection(connection -> {
            if (!connection.getAutoCommit()) {
                return inTransaction(connection, statement);
            }
            return statement.run(connection);
        });
    }

    private static <T> T inTransaction(Connection connection, Work<T> statement) throws SQLException {
        try {
            T result = statement.run(connection);
            execute(connection, "COMMIT");
            return result;
        } catch (Throwable e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private <T> T withConnection(Work<T> work) throws SQLException {
        try (Connection connection = connections.open()) {
            Integer timeoutBefore = limitNetworkTimeout(connection, timeoutMillis);
            try {
                return work.run(connection);
            } finally {
                if (timeoutBefore != null && !connection.isClosed()) {
                    limitNetworkTimeout(connection, timeoutBefore);
                }
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Rolls back. If that fails, aborts the connection: the state of its transaction is unknown. */
    private static void rollBack(Connection connection, Throwable cause) {
        try {
            execute(connection, "ROLLBACK");
        } catch (Throwable e) {
            cause.addSuppressed(e);
            try {
                connection.abort(Runnable::run);
            } catch (Throwable ignored) {
                cause.addSuppressed(ignored);
            }
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
