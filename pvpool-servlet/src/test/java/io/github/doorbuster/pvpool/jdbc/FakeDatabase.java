package io.github.doorbuster.pvpool.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
        ROLLBACK_ON_ERROR
    }

    /** Decides whether something fails now. */
    public interface FaultSource {
        boolean fires(Fault fault);
    }

    private final LongSupplier nanoClock;
    private final FaultSource faults;
    private final Set<Protection> off;
    private Map<String, Long> counts = new TreeMap<>();
    private Map<String, Row> ledger = new TreeMap<>();
    private final Map<String, Session> locks = new HashMap<>();
    private final Deque<Session> lateCommits = new ArrayDeque<>();

    public FakeDatabase(LongSupplier nanoClock, FaultSource faults, Set<Protection> off) {
        this.nanoClock = nanoClock;
        this.faults = faults;
        this.off = off.isEmpty() ? EnumSet.noneOf(Protection.class) : EnumSet.copyOf(off);
    }

    /** A row of the ledger. */
    private record Row(
            String owner, long epoch, long segment, String item, long views, int renewMillis, long renewedAt) {}

    public Map<String, Long> counts() {
        return new TreeMap<>(counts);
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
        Map<String, Row> oldLedger = new TreeMap<>(ledger);
        return () -> {
            counts = new TreeMap<>(oldCounts);
            ledger = new TreeMap<>(oldLedger);
            locks.clear();
            lateCommits.clear();
        };
    }

    /**
     * A store of one process.
     *
     * @param alive checked at every statement; throws if the process was killed
     */
    public JdbcPvStore store(Runnable alive) {
        Connections connections = () -> {
            alive.run();
            if (faults.fires(Fault.AWAY)) {
                throw new SQLException("Communications link failure", "08S01");
            }
            return new Session(alive).connection();
        };
        JdbcConfig config = JdbcConfig.builder().build();
        TableNames names = TableNames.of(config);
        Schema schema = new Schema(CountTable.upserting(names, Dialect.VALUES_FUNCTION), IdColumn.TEXT);
        return new JdbcPvStore(connections, config, schema);
    }

    /** A connection with its transaction. */
    private final class Session {

        private final Runnable alive;
        private final Map<String, Long> added = new TreeMap<>();
        private final Map<String, @Nullable Row> changed = new TreeMap<>();
        private boolean inTransaction;
        private boolean failedByError;
        private boolean lost;

        Session(Runnable alive) {
            this.alive = alive;
        }

        Connection connection() {
            return (Connection) Proxy.newProxyInstance(
                    FakeDatabase.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, args) -> switch (method.getName()) {
                        case "createStatement" -> statement("");
                        case "prepareStatement" -> statement((String) args[0]);
                        case "getAutoCommit" -> true;
                        case "getNetworkTimeout" -> 0;
                        case "isClosed" -> lost;
                        case "abort", "close" -> {
                            if (!lateCommits.contains(this)) {
                                rollback();
                            }
                            yield null;
                        }
                        default -> null;
                    });
        }

        private Statement statement(String prepared) {
            Map<Integer, Object> parameters = new HashMap<>();
            return (Statement) Proxy.newProxyInstance(
                    FakeDatabase.class.getClassLoader(),
                    new Class<?>[] {PreparedStatement.class},
                    (proxy, method, args) -> switch (method.getName()) {
                        case "setString", "setLong", "setObject" -> parameters.put((Integer) args[0], args[1]);
                        case "execute" -> {
                            transaction((String) args[0]);
                            yield true;
                        }
                        case "executeUpdate" -> update(prepared, parameters);
                        case "executeQuery" -> query(prepared, parameters);
                        default -> null;
                    });
        }

        private void transaction(String sql) throws SQLException {
            alive.run();
            switch (sql) {
                case "BEGIN" -> {
                    statementFaults();
                    inTransaction = true;
                }
                case "COMMIT" -> commitWithFaults();
                case "ROLLBACK" -> {
                    if (failedByError && off.contains(Protection.ROLLBACK_ON_ERROR)) {
                        commit();
                        return;
                    }
                    if (faults.fires(Fault.ROLLBACK_FAILS)) {
                        throw new SQLException("Communications link failure", "08S01");
                    }
                    rollback();
                }
                default -> throw new IllegalArgumentException(sql);
            }
        }

        private void commitWithFaults() throws SQLException {
            requireConnected();
            if (faults.fires(Fault.COMMIT_LOST)) {
                lose();
            }
            if (faults.fires(Fault.COMMIT_LATE)) {
                lateCommits.add(this);
                lost = true;
                throw new SQLException("Read timed out", "08S01");
            }
            commit();
            if (faults.fires(Fault.COMMIT_ANSWER_LOST)) {
                lost = true;
                throw new SQLException("Read timed out", "08S01");
            }
        }

        private void commit() {
            added.forEach((id, views) -> counts.merge(id, views, Long::sum));
            changed.forEach((journal, row) -> {
                if (row == null) {
                    ledger.remove(journal);
                } else {
                    ledger.put(journal, row);
                }
            });
            rollback();
        }

        private void rollback() {
            added.clear();
            changed.clear();
            inTransaction = false;
            locks.values().removeIf(holder -> holder == this);
        }

        private void lose() throws SQLException {
            lost = true;
            rollback();
            throw new SQLException("Communications link failure", "08S01");
        }

        private void requireConnected() throws SQLException {
            if (lost) {
                throw new SQLException("No operations allowed after connection closed", "08003");
            }
        }

        private void statementFaults() throws SQLException {
            requireConnected();
            if (faults.fires(Fault.AWAY) || faults.fires(Fault.CONNECTION_LOST)) {
                lose();
            }
            if (faults.fires(Fault.DEADLOCK)) {
                throw new SQLException("Deadlock found when trying to get lock", "40001", 1213);
            }
            if (faults.fires(Fault.ERROR)) {
                failedByError = true;
                throw new OutOfMemoryError("in the middle of a transaction");
            }
        }

        private @Nullable Row row(String journal) {
            return changed.containsKey(journal) ? changed.get(journal) : ledger.get(journal);
        }

        private void lock(String journal) throws SQLException {
            Session holder = locks.get(journal);
            if (holder != null && holder != this) {
                if (!faults.fires(Fault.LOCK_TIMEOUT)) {
                    settle(); // waits for the other transaction
                } else {
                    throw new SQLException("Lock wait timeout exceeded", "HY000", 1205);
                }
            }
            locks.put(journal, this);
        }

        private void put(String journal, @Nullable Row row) {
            changed.put(journal, row);
            if (!inTransaction) {
                commit();
            }
        }

        private int update(String sql, Map<Integer, Object> p) throws SQLException {
            alive.run();
            statementFaults();
            if (sql.startsWith("INSERT INTO item_pv (")) {
                for (int i = 1; p.containsKey(i); i += 2) {
                    added.merge((String) p.get(i), (Long) p.get(i + 1), Long::sum);
                }
                return p.size();
            }
            if (sql.startsWith("INSERT INTO item_pv_ledger")) {
                return insert(p);
            }
            if (sql.startsWith("UPDATE item_pv_ledger SET segment")) {
                return move(p);
            }
            if (sql.startsWith("UPDATE item_pv_ledger SET owner = ?")) {
                return claim(p);
            }
            if (sql.startsWith("UPDATE item_pv_ledger SET renewed_at")) {
                return renew(p);
            }
            return release(sql, p);
        }

        private int insert(Map<Integer, Object> p) throws SQLException {
            String journal = (String) p.get(1);
            lock(journal);
            if (row(journal) != null) {
                throw new SQLException("Duplicate entry", "23000", 1062);
            }
            put(journal, new Row((String) p.get(2), 1, 0, "", 0, (Integer) p.get(4), nanoClock.getAsLong()));
            return 1;
        }

        private int move(Map<Integer, Object> p) throws SQLException {
            String journal = (String) p.get(4);
            lock(journal);
            Row row = row(journal);
            boolean owned = row != null
                    && (off.contains(Protection.FENCING)
                            || (row.owner.equals(p.get(5)) && row.epoch == (Long) p.get(6)));
            boolean here = row != null
                    && (off.contains(Protection.LEDGER)
                            || (row.segment == (Long) p.get(7)
                                    && row.item.equals(p.get(8))
                                    && row.views == (Long) p.get(9)));
            if (!owned || !here) {
                return 0;
            }
            put(
                    journal,
                    new Row(
                            row.owner,
                            row.epoch,
                            (Long) p.get(1),
                            (String) p.get(2),
                            (Long) p.get(3),
                            row.renewMillis,
                            nanoClock.getAsLong()));
            return 1;
        }

        private int claim(Map<Integer, Object> p) throws SQLException {
            String journal = (String) p.get(4);
            lock(journal);
            Row row = row(journal);
            if (row == null
                    || (!off.contains(Protection.FENCING)
                            && (!row.owner.equals(p.get(5)) || row.epoch != (Long) p.get(6)))) {
                return 0;
            }
            put(
                    journal,
                    new Row(
                            (String) p.get(1),
                            row.epoch + 1,
                            row.segment,
                            row.item,
                            row.views,
                            (Integer) p.get(3),
                            nanoClock.getAsLong()));
            return 1;
        }

        private int renew(Map<Integer, Object> p) throws SQLException {
            int renewed = 0;
            for (int i = 1; p.containsKey(i); i += 3) {
                String journal = (String) p.get(i);
                lock(journal);
                Row row = row(journal);
                if (row != null && row.views == (Long) p.get(i + 1) && row.owner.equals(p.get(i + 2))) {
                    put(
                            journal,
                            new Row(
                                    row.owner,
                                    row.epoch,
                                    row.segment,
                                    row.item,
                                    row.views,
                                    row.renewMillis,
                                    nanoClock.getAsLong()));
                    renewed++;
                }
            }
            return renewed;
        }

        private int release(String sql, Map<Integer, Object> p) throws SQLException {
            String journal = (String) p.get(1);
            lock(journal);
            Row row = row(journal);
            if (row == null || !row.owner.equals(p.get(2))) {
                return 0;
            }
            boolean delete = sql.startsWith("DELETE FROM item_pv_ledger");
            put(
                    journal,
                    delete
                            ? null
                            : new Row("", row.epoch, row.segment, row.item, row.views, row.renewMillis, row.renewedAt));
            return 1;
        }

        private ResultSet query(String sql, Map<Integer, Object> p) throws SQLException {
            alive.run();
            statementFaults();
            List<Object[]> rows = new ArrayList<>();
            if (sql.startsWith("SELECT owner")) {
                String journal = (String) p.get(1);
                if (sql.endsWith("FOR UPDATE")) {
                    lock(journal);
                }
                Row row = row(journal);
                if (row != null) {
                    long idle = (nanoClock.getAsLong() - row.renewedAt) / 1_000_000;
                    String owner = off.contains(Protection.FENCING) && !sql.endsWith("FOR UPDATE") ? "" : row.owner;
                    rows.add(new Object[] {owner, row.epoch, row.segment, row.item, row.views, row.renewMillis, idle});
                }
            } else {
                for (Object parameter : p.values()) {
                    Long views = counts.get(parameter);
                    Row row = ledger.get(parameter);
                    if (views != null) {
                        rows.add(new Object[] {parameter, views, null, null, null, null});
                    }
                    if (row != null) {
                        rows.add(new Object[] {null, null, parameter, row.segment, row.item, row.views});
                    }
                }
            }
            return results(rows);
        }
    }

    private static ResultSet results(List<Object[]> rows) {
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
