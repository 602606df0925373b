package io.github.doorbuster.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Polls the database for whether it answers, and for the number of transactions that wait for a row lock. It keeps one
 * connection.
 */
final class DatabaseMonitor implements AutoCloseable {

    /** InnoDB refreshes the table of transactions only if it was not read for 100 ms. */
    private static final long EVERY_MILLIS = 200;

    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long CLOSE_MILLIS = 1_000;
    private static final int VALID_SECONDS = 1;
    /** Only the transactions of this database: others on the same server have queues of their own. */
    private static final String IN_INNODB = "SELECT COUNT(*) FROM information_schema.INNODB_TRX t"
            + " JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id"
            + " WHERE t.trx_state = 'LOCK WAIT' AND p.DB = DATABASE()";

    private static final String IN_H2 = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";

    /** Whether the database has answered within the last seconds. */
    enum State {
        UP,
        DOWN
    }

    /**
     * The state for {@code /stats}.
     *
     * @param rowLockQueue the transactions that wait for a row lock, or null if the database does not tell
     * @param longestRowLockQueue the most of them since the start, or since the start of the last rush; null as above
     */
    record Snapshot(
            State state,
            @Nullable Integer rowLockQueue,
            @Nullable Integer longestRowLockQueue) {}

    private final DataSource dataSource;
    private final Thread poller = new Thread(this::poll, "doorbuster-demo-database-monitor");
    private volatile boolean closed;

    @GuardedBy("this")
    private long answeredNanos = System.nanoTime() - 2 * LATE_NANOS;

    @GuardedBy("this")
    private @Nullable Integer queue;

    @GuardedBy("this")
    private @Nullable Integer longest;

    DatabaseMonitor(DataSource dataSource) {
        this.dataSource = dataSource;
        poller.setDaemon(true);
        poller.start();
    }

    private void poll() {
        try {
            while (!closed) {
                pollOneConnection();
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void pollOneConnection() throws InterruptedException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean h2 = "H2".equals(connection.getMetaData().getDatabaseProductName());
            boolean tells = true;
            while (!closed) {
                OptionalInt waiting = tells ? waiting(statement, h2 ? IN_H2 : IN_INNODB) : OptionalInt.empty();
                tells = waiting.isPresent();
                if (!tells && !connection.isValid(VALID_SECONDS)) {
                    return;
                }
                answered(waiting);
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
            }
        } catch (SQLException e) {
            // The database is down: the snapshot says so after some seconds.
        }
    }

    /** {@return the number of waiting transactions, or empty if this user may not see others, or after an error} */
    private static OptionalInt waiting(Statement statement, String sql) {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return OptionalInt.of(row.getInt(1));
        } catch (SQLException e) {
            return OptionalInt.empty();
        }
    }

    private synchronized void answered(OptionalInt waiting) {
        answeredNanos = System.nanoTime();
        if (waiting.isEmpty()) {
            queue = null;
            return;
        }
        queue = waiting.getAsInt();
        longest = longest == null ? queue : Integer.valueOf(Math.max(longest, queue));
    }

    synchronized Snapshot snapshot() {
        boolean up = System.nanoTime() - answeredNanos < LATE_NANOS;
        return new Snapshot(up ? State.UP : State.DOWN, up ? queue : null, longest);
    }

    /** Forgets the longest queue so far. */
    synchronized void restart() {
        longest = null;
    }

    /** {@return the longest queue seen, if the database tells} */
    synchronized OptionalLong longestRowLockQueue() {
        return longest == null ? OptionalLong.empty() : OptionalLong.of(longest);
    }

    @Override
    public void close() {
        closed = true;
        poller.interrupt();
        try {
            poller.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
