package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.StoredCounts;
import io.github.doorbuster.pvpool.jdbc.CountTable.Added;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Stores counts in MySQL, MariaDB, TiDB, or H2 in MySQL mode. Each chunk is one transaction: first the chunk's row in
 * the ledger, then one multi-row upsert, sorted by id.
 *
 * <p>Safe for one thread that writes while many others read.
 */
public final class JdbcPvStore implements PvStore, AutoCloseable {

    private static final long LEDGER_EXPIRY_NANOS = 3_600_000_000_000L;

    private final JdbcConfig config;
    private final TableNames names;
    private final Ledger ledger;
    private final Connections connections;
    private final Transactions transactions;
    private volatile @Nullable Schema schema;
    private volatile @Nullable Connection writing;
    private final AtomicInteger aborts = new AtomicInteger();
    private long expiredRowsDeletedAt = System.nanoTime();

    /** A store with the default configuration. The DataSource stays open when the store closes. */
    public JdbcPvStore(DataSource dataSource) {
        this(dataSource, JdbcConfig.builder().build());
    }

    /** A store with its own configuration. The DataSource stays open when the store closes. */
    public JdbcPvStore(DataSource dataSource, JdbcConfig config) {
        this(new DataSourceConnections(dataSource), config, Connection.TRANSACTION_READ_COMMITTED);
    }

    JdbcPvStore(Connections connections, JdbcConfig config, int isolation) {
        this.config = config;
        this.connections = connections;
        this.names = TableNames.of(config);
        this.ledger = new Ledger(names, config.ledgerDays());
        this.transactions = new Transactions(connections, config.storeTimeoutMillis(), isolation);
    }

    /**
     * Creates a store that opens a new connection for each transaction. A DataSource with a connection pool serves more
     * readers.
     *
     * @param url a JDBC URL; {@link java.util.ServiceLoader} finds its driver
     * @param user the user, empty if the URL has it or none is needed
     * @param password the password, empty if there is none
     * @throws IllegalArgumentException if no driver accepts the URL
     */
    public static JdbcPvStore ofUrl(String url, String user, String password, JdbcConfig config) {
        return new JdbcPvStore(
                new DriverConnections(url, user, password, config.storeTimeoutMillis()),
                config,
                Connection.TRANSACTION_READ_COMMITTED);
    }

    /**
     * Creates missing tables if configured, and checks all tables. The first read or write does the same; call this
     * method at startup to find a wrong configuration early.
     *
     * @throws StoreException if the database does not respond
     * @throws IllegalArgumentException if tables or columns are missing or have the wrong type
     */
    public void prepare() throws StoreException {
        try {
            preparedSchema();
        } catch (SQLException e) {
            if (SqlErrors.isStatement(e)) {
                throw new IllegalArgumentException(
                        "table=%s: cannot be used with idColumn=%s, countColumn=%s, updateOnly=%s; create the tables %s, %s and %s, or set createTables=true: %s"
                                .formatted(
                                        config.table(),
                                        config.idColumn(),
                                        config.countColumn(),
                                        config.updateOnly(),
                                        config.table(),
                                        names.ledger(),
                                        names.rejected(),
                                        e.getMessage()),
                        e);
            }
            throw unavailable("preparing " + config.table(), e);
        }
    }

    /**
     * The schema for a read or write. Wrong tables are a failure to retry: they may be fixed while views are pending.
     */
    private Schema schema() throws StoreException, SQLException {
        try {
            return preparedSchema();
        } catch (IllegalArgumentException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        }
    }

    private Schema preparedSchema() throws SQLException {
        Schema known = schema;
        if (known == null) {
            known = transactions.run(connection -> Schema.prepare(connection, config, names));
            schema = known;
        }
        return known;
    }

    @Override
    public Applied apply(Chunk chunk) throws StoreException {
        try {
            CountTable table = schema().counts();
            try {
                return write(chunk, connection -> {
                    Added added = table.add(connection, chunk, 0, chunk.size());
                    return new Applied(false, added.statements() + 1, added.unknownViews(), 0, 0);
                });
            } catch (SQLException e) {
                if (!SqlErrors.isData(e)) {
                    throw e;
                }
                return write(chunk, connection -> {
                    RejectedRows rejected = new RejectedRows(names, table);
                    rejected.add(connection, chunk, 0, chunk.size());
                    Added added = rejected.added();
                    return new Applied(
                            false, added.statements() + 1, added.unknownViews(), rejected.rows(), rejected.views());
                });
            }
        } catch (SQLException e) {
            throw unavailable("writing to " + config.table(), e);
        }
    }

    private Applied write(Chunk chunk, Transactions.Work<Applied> work) throws SQLException {
        int abortsBefore = aborts.get();
        try {
            return transactions.run(connection -> {
                writing = connection;
                if (aborts.get() != abortsBefore) {
                    throw new SQLException("the pool was closed while it waited for a connection");
                }
                if (!ledger.record(connection, chunk)) {
                    connection.rollback();
                    return new Applied(true, 1, 0, 0, 0);
                }
                return work.run(connection);
            });
        } finally {
            writing = null;
        }
    }

    @Override
    public void abort() {
        aborts.incrementAndGet();
        Connection connection = writing;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // The statement ends after storeTimeoutMillis.
            }
        }
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> segments) throws StoreException {
        try {
            IdColumn column = schema().ids();
            List<String> known = ids.stream().distinct().filter(column::fits).toList();
            return transactions.run(connection -> read(connection, column, known, segments));
        } catch (SQLException e) {
            throw unavailable("reading " + config.table(), e);
        }
    }

    /** Reads counts and ledger in one statement, so that both are of the same moment. */
    private StoredCounts read(Connection connection, IdColumn column, List<String> ids, Collection<String> segments)
            throws SQLException {
        String text =
                "SELECT %s, %s, NULL, NULL FROM %s WHERE %s IN (%s) UNION ALL SELECT NULL, NULL, segment, chunk FROM %s WHERE segment IN (%s)"
                        .formatted(
                                names.idColumn(),
                                names.countColumn(),
                                names.table(),
                                names.idColumn(),
                                placeholders(ids.size()),
                                names.ledger(),
                                placeholders(segments.size()));
        Map<String, Long> views = new HashMap<>();
        Map<String, Set<Integer>> applied = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(text)) {
            int parameter = 1;
            for (String id : ids) {
                column.bind(select, parameter++, id);
            }
            for (String segment : segments) {
                select.setString(parameter++, segment);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String id = rows.getString(1);
                    if (id == null) {
                        applied.computeIfAbsent(rows.getString(3), first -> new HashSet<>())
                                .add(rows.getInt(4));
                    } else {
                        views.put(id, rows.getLong(2));
                    }
                }
            }
        }
        return new StoredCounts(views, applied);
    }

    private static String placeholders(int size) {
        return size == 0 ? "NULL" : "?" + ", ?".repeat(size - 1);
    }

    @Override
    public void forget(String segment) throws StoreException {
        boolean deleteExpired = System.nanoTime() - expiredRowsDeletedAt > LEDGER_EXPIRY_NANOS;
        try {
            transactions.run(connection -> {
                ledger.forget(connection, segment);
                return segment;
            });
            if (deleteExpired) {
                expiredRowsDeletedAt = System.nanoTime();
                transactions.run(connection -> {
                    ledger.deleteExpired(connection);
                    return segment;
                });
            }
        } catch (SQLException e) {
            throw unavailable("deleting from " + names.ledger(), e);
        }
    }

    /** Stops the driver that {@link #ofUrl} loaded, if it belongs to the web application. A DataSource stays open. */
    @Override
    public void close() {
        connections.close();
    }

    /** The first line of a driver's message: further lines may describe the history of the connection. */
    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private StoreException unavailable(String doing, SQLException e) {
        if (connections.isClosed()) {
            return StoreException.closed(
                    doing
                            + " failed: the application has closed the DataSource before the pool; close the pool first, in Spring by making it a bean that takes the DataSource",
                    e);
        }
        return new StoreException(
                "%s failed: %s (SQLState %s, code %d)"
                        .formatted(doing, firstLine(e), e.getSQLState(), e.getErrorCode()),
                e);
    }
}
