package io.github.doorbuster.demo.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/** Buys one item in a transaction that locks its row, as a usual shop does. */
final class Purchases {

    /** The result of a purchase. */
    enum Outcome {
        BOUGHT,
        SOLD_OUT,
        NO_SUCH_ITEM
    }

    /**
     * The counts for {@code /stats}.
     *
     * @param failed purchases that ended with an error of the database
     * @param maxInTransaction the most purchases of one item that were in a transaction at once
     */
    record Snapshot(long bought, long soldOut, long failed, long maxInTransaction) {}

    private final DataSource dataSource;
    private final Duration hold;
    private final LongAdder bought = new LongAdder();
    private final LongAdder soldOut = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final ConcurrentMap<String, Integer> inTransaction = new ConcurrentHashMap<>();
    private final LongAccumulator maxInTransaction = new LongAccumulator(Math::max, 0);

    Purchases(DataSource dataSource, Duration hold) {
        this.dataSource = dataSource;
        this.hold = hold;
    }

    /**
     * Takes one piece of an item from stock.
     *
     * @param onBought runs right after the commit, before the connection is returned
     */
    Outcome buy(String itemId, Runnable onBought) throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            Outcome outcome = buyInTransaction(connection, itemId);
            count(outcome);
            if (outcome == Outcome.BOUGHT) {
                onBought.run();
            }
            return outcome;
        } catch (SQLException e) {
            failed.increment();
            throw e;
        }
    }

    private Outcome buyInTransaction(Connection connection, String itemId) throws SQLException, InterruptedException {
        connection.setAutoCommit(false);
        enter(itemId);
        try {
            Outcome outcome = buy(connection, itemId);
            connection.commit();
            return outcome;
        } catch (SQLException | InterruptedException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            leave(itemId);
        }
    }

    private Outcome buy(Connection connection, String itemId) throws SQLException, InterruptedException {
        long began = nowMicros();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, stock FROM item WHERE id = ? FOR UPDATE")) {
            select.setString(1, itemId);
            try (ResultSet row = select.executeQuery()) {
                // To a database, 'a' may equal 'A', and '1 ' equals '1'. To the lock they are different items.
                if (!row.next() || !row.getString(1).equals(itemId)) {
                    return Outcome.NO_SUCH_ITEM;
                }
                if (row.getInt(2) <= 0) {
                    return Outcome.SOLD_OUT;
                }
            }
        }
        TimeUnit.NANOSECONDS.sleep(hold.toNanos()); // the work of a purchase, such as payment and mail
        try (PreparedStatement update = connection.prepareStatement("UPDATE item SET stock = stock - 1 WHERE id = ?")) {
            update.setString(1, itemId);
            update.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO purchase (item_id, began_micros, ended_micros) VALUES (?, ?, ?)")) {
            insert.setString(1, itemId);
            insert.setLong(2, began);
            insert.setLong(3, nowMicros());
            insert.executeUpdate();
        }
        return Outcome.BOUGHT;
    }

    Snapshot snapshot() {
        return new Snapshot(bought.sum(), soldOut.sum(), failed.sum(), maxInTransaction.get());
    }

    private void count(Outcome outcome) {
        switch (outcome) {
            case BOUGHT -> bought.increment();
            case SOLD_OUT -> soldOut.increment();
            case NO_SUCH_ITEM -> {}
        }
    }

    private void enter(String itemId) {
        maxInTransaction.accumulate(inTransaction.merge(itemId, 1, Integer::sum));
    }

    private void leave(String itemId) {
        inTransaction.computeIfPresent(itemId, (id, n) -> n == 1 ? null : n - 1);
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
