package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket;
import io.github.doorbuster.pvpool.Buckets;
import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.LedgerRow;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.StoredCounts;
import io.github.doorbuster.pvpool.StoredSeries;
import io.github.doorbuster.pvpool.StoredTop;
import io.github.doorbuster.pvpool.jdbc.CountTable.Added;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Stores counts in MySQL, MariaDB, TiDB, or H2 in MySQL mode. Each chunk is one transaction of four round trips: BEGIN,
 * the move of the journal's row in the ledger, one multi-row upsert, sorted by id, and COMMIT.
 *
 * <p>Safe for one thread that writes while many others read.
 */
public final class JdbcPvStore implements PvStore, AutoCloseable {

    private static final long EXPIRY_INTERVAL_NANOS = 3_600_000_000_000L;

    private final JdbcConfig config;
    private final TableNames names;
    private final Ledger ledger;
    private final Connections connections;
    private final Transactions transactions;
    private volatile @Nullable Schema schema;
    private volatile Buckets buckets = Buckets.NONE;
    private volatile @Nullable Connection writing;
    private final AtomicInteger aborts = new AtomicInteger();
    private long expiredRowsDeletedAt = System.nanoTime();

    /** A store with the default configuration. The DataSource stays open when the store closes. */
    public JdbcPvStore(DataSource dataSource) {
        this(dataSource, JdbcConfig.builder().build());
    }

    /** A store with its own configuration. The DataSource stays open when the store closes. */
    public JdbcPvStore(DataSource dataSource, JdbcConfig config) {
        this(new DataSourceConnections(dataSource), config);
    }

    JdbcPvStore(Connections connections, JdbcConfig config) {
        this.config = config;
        this.connections = connections;
        this.names = TableNames.of(config);
        this.ledger = new Ledger(names);
        this.transactions = new Transactions(connections, config.storeTimeoutMillis());
    }

    /** A store whose tables are known. */
    JdbcPvStore(Connections connections, JdbcConfig config, Schema schema) {
        this(connections, config);
        this.schema = schema;
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
        return new JdbcPvStore(new DriverConnections(url, user, password, config.storeTimeoutMillis()), config);
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
                        "table=%s: cannot be used with idColumn=%s, countColumn=%s, updateOnly=%s: %s"
                                .formatted(
                                        config.table(),
                                        config.idColumn(),
                                        config.countColumn(),
                                        config.updateOnly(),
                                        e.getMessage()),
                        e);
            }
            throw unavailable("preparing " + config.table(), e);
        }
    }

    @Override
    public void prepare(Buckets wanted) throws StoreException {
        buckets = wanted;
        prepare();
    }

    /**
     * Returns the schema for a read or write. Wrong tables are a failure that is retried, because they may be fixed
     * while views are pending.
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
        if (known == null || !known.buckets().equals(buckets)) {
            known = transactions.once(connection -> Schema.prepare(connection, config, names, buckets));
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
                    return Applied.applied(added.statements() + 1, added.unknownViews(), 0, 0);
                });
            } catch (SQLException e) {
                if (!SqlErrors.isData(e)) {
                    throw e;
                }
                return write(chunk, connection -> {
                    RejectedRows rejected = new RejectedRows(names, table);
                    rejected.add(connection, chunk, 0, chunk.size());
                    Added added = rejected.added();
                    return Applied.applied(
                            added.statements() + 1, added.unknownViews(), rejected.rows(), rejected.views());
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
                if (!ledger.move(connection, chunk)) {
                    return Applied.notAsExpected(ledger.lockedRow(connection, chunk.journal()), 2);
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
    public StoredCounts read(Collection<String> ids, Collection<String> journals) throws StoreException {
        try {
            IdColumn column = schema().ids();
            List<String> known = ids.stream().distinct().filter(column::fits).toList();
            return transactions.once(connection -> read(connection, column, known, journals));
        } catch (SQLException e) {
            throw unavailable("reading " + config.table(), e);
        }
    }

    private StoredCounts read(Connection connection, IdColumn column, List<String> ids, Collection<String> journals)
            throws SQLException {
        SelectWithPositions select = new SelectWithPositions(
                names,
                List.of(names.idColumn(), names.countColumn()),
                "%s WHERE %s IN (%s)".formatted(names.table(), names.idColumn(), TableNames.placeholders(ids.size())));
        Map<String, Long> views = new HashMap<>();
        Map<String, Position> positions = select.run(
                connection,
                statement -> {
                    int parameter = 1;
                    for (String id : ids) {
                        column.bind(statement, parameter++, id);
                    }
                    return parameter;
                },
                journals,
                row -> views.put(row.getString(1), row.getLong(2)));
        return new StoredCounts(views, positions);
    }

    @Override
    public StoredSeries read(Collection<String> ids, List<Bucket> wanted, Collection<String> journals)
            throws StoreException {
        try {
            BucketTables tables = schema().bucketTables();
            return transactions.once(connection -> tables.read(connection, ids, wanted, journals));
        } catch (SQLException e) {
            throw unavailable("reading " + names.buckets(wanted.get(0).width()), e);
        }
    }

    @Override
    public StoredTop top(List<Bucket> hours, int count, Map<String, Long> pending, Collection<String> journals)
            throws StoreException {
        try {
            schema();
            return transactions.runOnOneState(
                    connection -> new TopQuery(names, connection, hours, count, pending).run(journals));
        } catch (SQLException e) {
            throw unavailable("reading " + names.buckets(hours.get(0).width()), e);
        }
    }

    @Override
    public int deleteOld(Buckets kept, Bucket.Width width, int days, int limit) throws StoreException {
        try {
            BucketTables tables = schema().bucketTables();
            Instant now = transactions.once(BucketTables::now);
            Bucket first = kept.oldest(width, now, days);
            return transactions.once(connection -> tables.deleteBefore(connection, first, limit));
        } catch (SQLException e) {
            throw unavailable("deleting from " + names.buckets(width), e);
        }
    }

    @Override
    public long expiredBuckets(Buckets kept, Bucket.Width width, int days) throws StoreException {
        try {
            BucketTables tables = schema().bucketTables();
            Bucket first = kept.oldest(width, transactions.once(BucketTables::now), days);
            Instant oldest = transactions.once(connection -> tables.oldest(connection, width));
            return oldest == null ? 0 : kept.countBefore(first, oldest);
        } catch (SQLException e) {
            throw unavailable("reading " + names.buckets(width), e);
        }
    }

    @Override
    public Optional<LedgerRow> row(String journal) throws StoreException {
        return inLedger(Transactions::once, connection -> Optional.ofNullable(ledger.row(connection, journal)));
    }

    @Override
    public LedgerRow claim(Claim claim) throws StoreException {
        return inLedger(Transactions::run, connection -> ledger.claim(connection, claim));
    }

    @Override
    public int renew(String owner, Map<String, Position> expected) throws StoreException {
        if (System.nanoTime() - expiredRowsDeletedAt > EXPIRY_INTERVAL_NANOS) {
            expiredRowsDeletedAt = System.nanoTime();
            inLedger(Transactions::once, connection -> {
                ledger.deleteExpired(connection);
                return owner;
            });
        }
        return inLedger(Transactions::once, connection -> ledger.renew(connection, owner, expected));
    }

    @Override
    public void release(String owner, Collection<String> journals, boolean finished) throws StoreException {
        inLedger(Transactions::run, connection -> {
            ledger.release(connection, owner, journals, finished);
            return owner;
        });
    }

    private <T> T inLedger(Way<T> way, Transactions.Work<T> work) throws StoreException {
        try {
            schema();
            return way.run(transactions, work);
        } catch (SQLException e) {
            throw unavailable("reading or writing " + names.ledger(), e);
        }
    }

    /** In a transaction, or as a single statement. */
    private interface Way<T> {
        T run(Transactions transactions, Transactions.Work<T> work) throws SQLException;
    }

    /** Stops the driver that {@link #ofUrl} loaded, if it belongs to the web application. A DataSource stays open. */
    @Override
    public void close() {
        connections.close();
    }

    /** The first line of a driver's message. Further lines may describe the history of the connection. */
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
