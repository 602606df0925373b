package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Buckets;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A model of the tables of counts and of the ledger behind JDBC connections. It executes the SQL of
 * {@link JdbcPvStore}, and fails where a {@link FaultSource} says so. Used by one thread.
 */
public final class FakeDatabase {

    /** What can go wrong with a statement. */
    public enum Fault {
        AWAY,
        CONNECTION_LOST,
        DEADLOCK,
        LOCK_TIMEOUT,
        COMMIT_LOST,
        COMMIT_ANSWER_LOST,
        COMMIT_LATE,
        ERROR,
        ROLLBACK_FAILS
    }

    /** Protections that a control switches off. */
    public enum Protection {
        FENCING,
        LEDGER,
        ROLLBACK_ON_ERROR,
        BUCKET_ENDS
    }

    /** Decides whether something fails now. */
    public interface FaultSource {
        boolean fires(Fault fault);
    }

    final LongSupplier nanoClock;
    final FaultSource faults;
    final Set<Protection> off;
    Map<String, Long> counts = new TreeMap<>();

    /** Views by table of buckets and start of the bucket, and by item. */
    Map<String, Map<String, Long>> buckets = new TreeMap<>();

    Map<String, Row> ledger = new TreeMap<>();
    final Map<String, FakeSession> locks = new HashMap<>();
    final Deque<FakeSession> lateCommits = new ArrayDeque<>();

    /** Whether the application has closed its DataSource. */
    public boolean dataSourceClosed;

    public FakeDatabase(LongSupplier nanoClock, FaultSource faults, Set<Protection> off) {
        this.nanoClock = nanoClock;
        this.faults = faults;
        this.off = off.isEmpty() ? EnumSet.noneOf(Protection.class) : EnumSet.copyOf(off);
    }

    /** A row of the ledger. */
    record Row(String owner, long epoch, long segment, String item, long views, int renewMillis, long renewedAt) {}

    public Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** The views per item in the buckets of a table, by start of the bucket as it is in the SQL. */
    public Map<String, Map<String, Long>> buckets(String table) {
        Map<String, Map<String, Long>> found = new TreeMap<>();
        buckets.forEach((key, views) -> {
            if (key.startsWith(table + " ")) {
                found.put(key.substring(table.length() + 1), new TreeMap<>(views));
            }
        });
        return found;
    }

    private static Map<String, Map<String, Long>> copy(Map<String, Map<String, Long>> all) {
        Map<String, Map<String, Long>> copied = new TreeMap<>();
        all.forEach((key, views) -> copied.put(key, new TreeMap<>(views)));
        return copied;
    }

    /** Whether a control has switched something off. */
    public boolean isOff(Protection protection) {
        return off.contains(protection);
    }

    /** Ends the transactions whose COMMIT is under way. */
    public void settle() {
        while (!lateCommits.isEmpty()) {
            lateCommits.remove().commit();
        }
    }

    /** What a backup or a replica has now. */
    public Runnable backup() {
        Map<String, Long> oldCounts = new TreeMap<>(counts);
        Map<String, Map<String, Long>> oldBuckets = copy(buckets);
        Map<String, Row> oldLedger = new TreeMap<>(ledger);
        return () -> {
            counts = new TreeMap<>(oldCounts);
            buckets = copy(oldBuckets);
            ledger = new TreeMap<>(oldLedger);
            locks.clear();
            lateCommits.clear();
        };
    }

    /** A store without buckets. */
    public JdbcPvStore store(Runnable alive) {
        return store(alive, Buckets.NONE);
    }

    /**
     * A store of one process.
     *
     * @param alive checked at every statement; throws if the process was killed
     */
    public JdbcPvStore store(Runnable alive, Buckets buckets) {
        Connections connections = new Connections() {
            @Override
            public Connection open() throws SQLException {
                alive.run();
                if (dataSourceClosed || faults.fires(Fault.AWAY)) {
                    throw new SQLException("Communications link failure", "08S01");
                }
                return new FakeSession(FakeDatabase.this, alive).connection();
            }

            @Override
            public boolean isClosed() {
                return dataSourceClosed;
            }
        };
        JdbcConfig config = JdbcConfig.builder().build();
        TableNames names = TableNames.of(config);
        Schema schema = Schema.of(names, Dialect.VALUES_FUNCTION, false, IdColumn.TEXT, buckets);
        return new JdbcPvStore(connections, config, schema);
    }

    /** A result set with these rows. */
    static ResultSet results(List<Object[]> rows) {
        int[] at = {-1};
        return (ResultSet) Proxy.newProxyInstance(
                FakeDatabase.class.getClassLoader(),
                new Class<?>[] {ResultSet.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "next" -> ++at[0] < rows.size();
                    case "getString" -> rows.get(at[0])[(Integer) args[0] - 1];
                    case "getLong" -> ((Number) rows.get(at[0])[(Integer) args[0] - 1]).longValue();
                    case "getInt" -> ((Number) rows.get(at[0])[(Integer) args[0] - 1]).intValue();
                    default -> null;
                });
    }
}
