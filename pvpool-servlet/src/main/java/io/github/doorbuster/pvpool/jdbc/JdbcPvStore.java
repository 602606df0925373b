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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Adds counts up in MySQL, MariaDB, TiDB or H2 in MySQL mode: one transaction per chunk, its ledger row first, then one
 * sorted multi-row upsert.
 *
 * <p>Safe for one writing thread beside many reading ones.
 */
public final class JdbcPvStore implements PvStore, AutoCloseable {

    private static final long PRUNE_NANOS = 3_600_000_000_000L;

    private final JdbcConfig config;
    private final TableNames names;
    private final Ledger ledger;
    private final Connections connections;
    private final Transactions transactions;
    private volatile @Nullable Schema schema;
    private volatile @Nullable Connection writing;
    private long prunedAt = System.nanoTime();

    /**
     * A store with the default names.
     *
     * @param dataSource where connections come from; stays open
     */
    public JdbcPvStore(DataSource dataSource) {
        this(dataSource, JdbcConfig.builder().build());
    }

    /**
     * A store with names of your own.
     *
     * @param dataSource where connections come from; stays open
     * @param config tables and limits
     */
    public JdbcPvStore(DataSource dataSource, JdbcConfig config) {
        this(dataSource::getConnection, config, Connection.TRANSACTION_READ_COMMITTED);
    }

    JdbcPvStore(Connections connections, JdbcConfig config, int isolation) {
        this.config = config;
        this.connections = connections;
        this.names = TableNames.of(config);
        this.ledger = new Ledger(names, config.ledgerDays());
        this.transactions = new Transactions(connections, config.storeTimeoutMillis(), isolation);
    }

    /**
     * A store that opens a connection of its own for each transaction. A DataSource with a pool serves more readers.
     *
     * @param url a JDBC URL; its driver is found by {@link java.util.ServiceLoader}
     * @param user the user, empty if the URL says it all
     * @param password the password, empty if there is none
     * @param config tables and limits
     * @return a new store
     * @throws IllegalArgumentException if no driver accepts the URL
     */
    public static JdbcPvStore ofUrl(String url, String user, String password, JdbcConfig config) {
        return new JdbcPvStore(
                new DriverConnections(url, user, password, config.storeTimeoutMillis()),
                config,
                Connection.TRANSACTION_READ_COMMITTED);
    }

    /**
     * Creates the tables if that is configured, and checks that they fit. Happens by itself before the first write;
     * call it at start to learn of a mistake early.
     *
     * @throws StoreException if the database does not answer
     * @throws IllegalArgumentException if the database answers that the configured tables or columns do not fit
     */
    public void prepare() throws StoreException {
        try {
            prepared();
        } catch (SQLException e) {
            if (SqlErrors.isStatement(e)) {
                throw new IllegalArgumentException(
                        "table=%s: cannot be written as configured (idColumn=%s, countColumn=%s, updateOnly=%s); create it, or set createTables=true, and its %s and %s with it: %s"
                                .formatted(
                                        config.table(),
                                        config.idColumn(),
                                        config.countColumn(),
                                        config.updateOnly(),
                                        names.ledger(),
                                        names.rejected(),
                                        e.getMessage()),
                        e);
            }
            throw unavailable("preparing " + config.table(), e);
        }
    }

    /** The same for one who writes or reads: whatever is wrong with the tables may be mended while views wait. */
    private Schema ready() throws StoreException, SQLException {
        try {
            return prepared();
        } catch (IllegalArgumentException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        }
    }

    private Schema prepared() throws SQLException {
        Schema ready = schema;
        if (ready == null) {
            ready = transactions.run(connection -> Schema.prepare(connection, config, names));
            schema = ready;
        }
        return ready;
    }

    @Override
    public Applied apply(Chunk chunk) throws StoreException {
        try {
            CountTable table = ready().counts();
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
        try {
            return transactions.run(connection -> {
                writing = connection;
                if (!ledger.enter(connection, chunk)) {
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
        Connection connection = writing;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // it ends by itself after storeTimeoutMillis
            }
        }
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> segments) throws StoreException {
        try {
            IdColumn column = ready().ids();
            List<String> known = ids.stream().distinct().filter(column::fits).toList();
            return transactions.run(connection -> read(connection, column, known, segments));
        } catch (SQLException e) {
            throw unavailable("reading " + config.table(), e);
        }
    }

    /** One statement, so that counts and ledger are seen as of the same moment. */
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
        boolean prune = System.nanoTime() - prunedAt > PRUNE_NANOS;
        try {
            transactions.run(connection -> {
                ledger.forget(connection, segment);
                return segment;
            });
            if (prune) {
                prunedAt = System.nanoTime();
                transactions.run(connection -> {
                    ledger.prune(connection);
                    return segment;
                });
            }
        } catch (SQLException e) {
            throw unavailable("clearing " + names.ledger(), e);
        }
    }

    /** Ends the driver that {@link #ofUrl} found, if it came with the web application. A DataSource stays open. */
    @Override
    public void close() {
        connections.close();
    }

    /** A driver's message may have a paragraph on what the connection did before. */
    private static String inOneLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static StoreException unavailable(String doing, SQLException e) {
        return new StoreException(
                "%s failed: %s (SQLState %s, code %d)"
                        .formatted(doing, inOneLine(e), e.getSQLState(), e.getErrorCode()),
                e);
    }
}
