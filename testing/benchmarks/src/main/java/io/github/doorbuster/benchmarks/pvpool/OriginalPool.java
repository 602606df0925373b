package io.github.doorbuster.benchmarks.pvpool;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * The original design: each slot has a queue of ids, a thread that counts them one by one with the lock of the slot,
 * and a thread that holds this lock while it writes the counts row by row in one transaction.
 */
final class OriginalPool implements AutoCloseable {

    private static final int QUEUE = 10_000;

    final AtomicLong failedFlushes = new AtomicLong();
    private final Slot[] slots;

    OriginalPool(DataSource dataSource, int slots, int flushMillis) {
        this.slots = new Slot[slots];
        for (int i = 0; i < slots; i++) {
            this.slots[i] = new Slot(dataSource, flushMillis);
        }
    }

    void add(String id) throws InterruptedException {
        slots[Math.floorMod(id.hashCode(), slots.length)].queue.put(id);
    }

    void addUnlessInterrupted(String id) {
        try {
            add(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes everything that has been added. */
    void flush() throws SQLException, InterruptedException {
        for (Slot slot : slots) {
            slot.flushAll();
        }
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            slot.storer.interrupt();
            slot.flusher.interrupt();
        }
    }

    private final class Slot {

        private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, Long> counts = new HashMap<>();
        private final DataSource dataSource;
        private final Thread storer = new Thread(this::store, "original-storer");
        private final Thread flusher;

        Slot(DataSource dataSource, int flushMillis) {
            this.dataSource = dataSource;
            this.flusher = new Thread(() -> flushEvery(flushMillis), "original-flusher");
            storer.setDaemon(true);
            flusher.setDaemon(true);
            storer.start();
            flusher.start();
        }

        private void store() {
            try {
                while (true) {
                    String id = queue.take();
                    lock.lock();
                    try {
                        counts.merge(id, 1L, Long::sum);
                    } finally {
                        lock.unlock();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void flushEvery(int millis) {
            try {
                while (true) {
                    TimeUnit.MILLISECONDS.sleep(millis);
                    lock.lock();
                    try {
                        flush();
                        counts.clear();
                    } catch (SQLException e) {
                        failedFlushes.incrementAndGet();
                    } finally {
                        lock.unlock();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void flushAll() throws SQLException, InterruptedException {
            while (!queue.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            lock.lock();
            try {
                flush();
                counts.clear();
            } finally {
                lock.unlock();
            }
        }

        private void flush() throws SQLException {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement upsert = connection.prepareStatement(
                        "INSERT INTO item_pv (item_id, pv) VALUES (?, ?) ON DUPLICATE KEY UPDATE pv = pv + VALUES(pv)")) {
                    for (Map.Entry<String, Long> count : counts.entrySet()) {
                        upsert.setString(1, count.getKey());
                        upsert.setLong(2, count.getValue());
                        upsert.executeUpdate();
                    }
                }
                connection.commit();
            }
        }
    }
}
