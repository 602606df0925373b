package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Fault;
import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Protection;
import io.github.doorbuster.pvpool.jdbc.FakeDatabase.Row;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A connection to a {@link FakeDatabase}, with its transaction. Executes the SQL of {@link JdbcPvStore}. */
final class FakeSession {

    private final FakeDatabase database;
    private final Runnable alive;
    private final FakeCounts added = new FakeCounts();
    private final Map<String, @Nullable Row> changed = new TreeMap<>();
    private boolean inTransaction;
    private boolean failedByError;
    private boolean lost;

    FakeSession(FakeDatabase database, Runnable alive) {
        this.database = database;
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
                        if (!database.lateCommits.contains(this)) {
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
                    case "executeUpdate" -> update(args == null ? prepared : (String) args[0], parameters);
                    case "executeQuery" -> args == null ? query(prepared, parameters) : time();
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
                requireConnected();
                if (failedByError && database.off.contains(Protection.ROLLBACK_ON_ERROR)) {
                    commit();
                    return;
                }
                if (database.faults.fires(Fault.ROLLBACK_FAILS)) {
                    throw new SQLException("Communications link failure", "08S01");
                }
                rollback();
            }
            default -> throw new IllegalArgumentException(sql);
        }
    }

    private void commitWithFaults() throws SQLException {
        requireConnected();
        if (database.faults.fires(Fault.COMMIT_LOST)) {
            lose();
        }
        if (database.faults.fires(Fault.COMMIT_LATE)) {
            database.lateCommits.add(this);
            lost = true;
            throw new SQLException("Read timed out", "08S01");
        }
        commit();
        if (database.faults.fires(Fault.COMMIT_ANSWER_LOST)) {
            lost = true;
            throw new SQLException("Read timed out", "08S01");
        }
    }

    void commit() {
        added.commit(database);
        changed.forEach((journal, row) -> {
            if (row == null) {
                database.ledger.remove(journal);
            } else {
                database.ledger.put(journal, row);
            }
        });
        rollback();
    }

    private void rollback() {
        added.clear();
        changed.clear();
        inTransaction = false;
        database.locks.values().removeIf(holder -> holder == this);
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
        if (database.faults.fires(Fault.AWAY) || database.faults.fires(Fault.CONNECTION_LOST)) {
            lose();
        }
        if (database.faults.fires(Fault.DEADLOCK)) {
            throw new SQLException("Deadlock found when trying to get lock", "40001", 1213);
        }
        if (database.faults.fires(Fault.ERROR)) {
            failedByError = true;
            throw new OutOfMemoryError("in the middle of a transaction");
        }
    }

    private @Nullable Row row(String journal) {
        return changed.containsKey(journal) ? changed.get(journal) : database.ledger.get(journal);
    }

    private void lock(String journal) throws SQLException {
        FakeSession holder = database.locks.get(journal);
        if (holder != null && holder != this) {
            if (!database.faults.fires(Fault.LOCK_TIMEOUT)) {
                database.settle(); // waits for the other transaction
            } else {
                throw new SQLException("Lock wait timeout exceeded", "HY000", 1205);
            }
        }
        database.locks.put(journal, this);
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
        if (added.add(sql, p)) {
            return p.size();
        }
        if (sql.contains("WHERE bucket_start <")) {
            return 0; // nothing is old
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
        put(journal, new Row((String) p.get(2), 1, 0, "", 0, (Integer) p.get(4), database.nanoClock.getAsLong()));
        return 1;
    }

    private int move(Map<Integer, Object> p) throws SQLException {
        String journal = (String) p.get(4);
        lock(journal);
        Row row = row(journal);
        boolean owned = row != null
                && (database.off.contains(Protection.FENCING)
                        || (row.owner().equals(p.get(5)) && row.epoch() == (Long) p.get(6)));
        boolean here = row != null
                && (database.off.contains(Protection.LEDGER)
                        || (row.segment() == (Long) p.get(7)
                                && row.item().equals(p.get(8))
                                && row.views() == (Long) p.get(9)));
        if (!owned || !here) {
            return 0;
        }
        put(
                journal,
                new Row(
                        row.owner(),
                        row.epoch(),
                        (Long) p.get(1),
                        (String) p.get(2),
                        (Long) p.get(3),
                        row.renewMillis(),
                        database.nanoClock.getAsLong()));
        return 1;
    }

    private int claim(Map<Integer, Object> p) throws SQLException {
        String journal = (String) p.get(4);
        lock(journal);
        Row row = row(journal);
        if (row == null
                || (!database.off.contains(Protection.FENCING)
                        && (!row.owner().equals(p.get(5)) || row.epoch() != (Long) p.get(6)))) {
            return 0;
        }
        put(
                journal,
                new Row(
                        (String) p.get(1),
                        row.epoch() + 1,
                        row.segment(),
                        row.item(),
                        row.views(),
                        (Integer) p.get(3),
                        database.nanoClock.getAsLong()));
        return 1;
    }

    private int renew(Map<Integer, Object> p) throws SQLException {
        int renewed = 0;
        for (int i = 1; p.containsKey(i); i += 3) {
            String journal = (String) p.get(i);
            lock(journal);
            Row row = row(journal);
            if (row != null && row.views() == (Long) p.get(i + 1) && row.owner().equals(p.get(i + 2))) {
                put(
                        journal,
                        new Row(
                                row.owner(),
                                row.epoch(),
                                row.segment(),
                                row.item(),
                                row.views(),
                                row.renewMillis(),
                                database.nanoClock.getAsLong()));
                renewed++;
            }
        }
        return renewed;
    }

    private int release(String sql, Map<Integer, Object> p) throws SQLException {
        String journal = (String) p.get(1);
        lock(journal);
        Row row = row(journal);
        if (row == null || !row.owner().equals(p.get(2))) {
            return 0;
        }
        boolean delete = sql.startsWith("DELETE FROM item_pv_ledger");
        put(
                journal,
                delete
                        ? null
                        : new Row(
                                "",
                                row.epoch(),
                                row.segment(),
                                row.item(),
                                row.views(),
                                row.renewMillis(),
                                row.renewedAt()));
        return 1;
    }

    private ResultSet time() throws SQLException {
        alive.run();
        statementFaults();
        List<Object[]> rows = new ArrayList<>();
        rows.add(new Object[] {database.nanoClock.getAsLong() / 1_000_000_000});
        return FakeDatabase.results(rows);
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
                long idle = (database.nanoClock.getAsLong() - row.renewedAt()) / 1_000_000;
                String owner =
                        database.off.contains(Protection.FENCING) && !sql.endsWith("FOR UPDATE") ? "" : row.owner();
                rows.add(new Object[] {
                    owner, row.epoch(), row.segment(), row.item(), row.views(), row.renewMillis(), idle
                });
            }
        } else {
            for (Object parameter : p.values()) {
                Long views = database.counts.get(parameter);
                Row row = database.ledger.get(parameter);
                if (views != null) {
                    rows.add(new Object[] {parameter, views, null, null, null, null});
                }
                if (row != null) {
                    rows.add(new Object[] {null, null, parameter, row.segment(), row.item(), row.views()});
                }
            }
        }
        return FakeDatabase.results(rows);
    }
}
