package io.github.doorbuster.demo.rush;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Polls the database for the number of transactions that wait for a row lock. */
final class RowLockQueue implements AutoCloseable {

    /** InnoDB refreshes this table only if it was not read for 100 ms. */
    private static final long EVERY_MILLIS = 120;

    private static final String IN_INNODB =
            "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'";
    private static final String IN_H2 = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";

    private final DataSource dataSource;
    private final Thread watcher = new Thread(this::watch, "rush-row-locks");
    private volatile boolean closed;
    private volatile long longest = -1;

    RowLockQueue(DataSource dataSource) {
        this.dataSource = dataSource;
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            boolean h2 = "H2".equals(connection.getMetaData().getDatabaseProductName());
            while (!closed) {
                try (ResultSet row = statement.executeQuery(h2 ? IN_H2 : IN_INNODB)) {
                    row.next();
                    longest = Math.max(longest, row.getLong(1));
                }
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
            }
        } catch (SQLException e) {
            longest = -1; // the user may not see other transactions
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return the longest queue seen, if the database reports it} */
    OptionalLong longest() {
        return longest < 0 ? OptionalLong.empty() : OptionalLong.of(longest);
    }

    @Override
    public void close() {
        closed = true;
    }
}
