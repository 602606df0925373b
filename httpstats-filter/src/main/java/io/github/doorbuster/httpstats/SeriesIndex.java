package io.github.doorbuster.httpstats;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Numbers the combinations of route, method and status that occur, so that counting a request changes one array
 * element. It is an open-addressing hash table that is read without a lock and never shrinks. Once it holds
 * {@link #MAX_SERIES}, new combinations are counted by their status alone.
 */
final class SeriesIndex {

    static final int MAX_SERIES = 2048;

    /** Stands for a number that is no HTTP status. */
    static final int NO_STATUS = 0;

    private static final int STATUS_BITS = 10;
    private static final int METHOD_BITS = 4;
    private static final int HIGHEST_STATUS = 999;
    private static final int LOWEST_STATUS = 100;

    /** The limit, and beyond it one series for each status, so that counts by status are always exact. */
    private static final int CAPACITY = MAX_SERIES + HIGHEST_STATUS - LOWEST_STATUS + 2;

    private static final int MASK = 8191;

    /** An entry has the key in the upper half and the number of the series plus one in the lower half; 0 is free. */
    private final AtomicLongArray table = new AtomicLongArray(MASK + 1);

    private final int[] keys = new int[CAPACITY];
    private volatile int size;

    int idOf(int route, int method, int status) {
        int code = status < LOWEST_STATUS || status > HIGHEST_STATUS ? NO_STATUS : status;
        int key = (route << METHOD_BITS | method) << STATUS_BITS | code;
        int id = find(key);
        return id >= 0 ? id : add(key);
    }

    private int find(int key) {
        for (int i = slot(key); ; i = i + 1 & MASK) {
            long entry = table.getAcquire(i);
            if (entry == 0) {
                return -1;
            }
            if ((int) (entry >>> Integer.SIZE) == key) {
                return (int) entry - 1;
            }
        }
    }

    private synchronized int add(int key) {
        int wanted = size < MAX_SERIES ? key : key & (1 << STATUS_BITS) - 1;
        int found = find(wanted);
        if (found >= 0) {
            return found;
        }
        int id = size;
        keys[id] = wanted;
        size = id + 1;
        int i = slot(wanted);
        while (table.getPlain(i) != 0) {
            i = i + 1 & MASK;
        }
        table.setRelease(i, (long) wanted << Integer.SIZE | id + 1);
        return id;
    }

    private static int slot(int key) {
        int hash = key * 0x9E3779B9;
        return (hash ^ hash >>> 16) & MASK;
    }

    int size() {
        return size;
    }

    int route(int id) {
        return keys[id] >>> (STATUS_BITS + METHOD_BITS);
    }

    int method(int id) {
        return keys[id] >>> STATUS_BITS & (1 << METHOD_BITS) - 1;
    }

    int status(int id) {
        return keys[id] & (1 << STATUS_BITS) - 1;
    }

    /** {@return the first digit of the status, or 0 outside 1xx to 5xx} */
    int statusClass(int id) {
        int firstDigit = status(id) / 100;
        return firstDigit <= 5 ? firstDigit : 0;
    }
}
