package io.github.doorbuster.httpstats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Numbers the combinations of route, method and status that occur, so that counting a request changes one array
 * element. It is an open-addressing hash table that is read without a lock and never shrinks.
 *
 * <p>It is bounded. When {@link #MAX_SERIES} are in use, a new combination has no method. When
 * {@link #MAX_WITHOUT_METHOD} more are in use, its status is folded to the class. Routes are never folded: there is
 * always room for each class of each route. A request whose status is folded is counted a second time under its
 * {@linkplain #exactStatus exact status}, so that the counts by status stay exact.
 */
final class SeriesIndex {

    /** The number of series that keep their method. */
    static final int MAX_SERIES = 2048;

    /** The number of further series, without a method, that keep their status. */
    static final int MAX_WITHOUT_METHOD = 1024;

    /** Stands for a number that is no HTTP status. */
    static final int NO_STATUS = 0;

    /** A folded status is its class, 1 to 5, or this number for any other status. */
    static final int OTHER_CLASS = 6;

    /**
     * These replace the method in the series that count the sampled requests that met or missed the objective of their
     * route.
     */
    private static final int MET = 14;

    private static final int MISSED = 15;

    private static final int STATUS_BITS = 10;
    private static final int METHOD_BITS = 4;
    private static final int HIGHEST_STATUS = 999;
    private static final int LOWEST_STATUS = 100;
    private static final int EXACT_STATUSES = HIGHEST_STATUS - LOWEST_STATUS + 2;

    private final int capacity;
    private final int mask;

    /** An index that no route has. Its series count the exact statuses of folded requests. */
    private final int noRoute;

    /** An entry has the key in the upper half and the number of the series plus one in the lower half; 0 is free. */
    private final AtomicLongArray table;

    /** Element {@code id} is written once, before the id is published. */
    private final int[] keys;

    @GuardedBy("this")
    private int next;

    private volatile int size;

    /** Creates an index for the routes 0 to {@code routes} - 1. */
    SeriesIndex(int routes) {
        noRoute = routes;
        capacity = MAX_SERIES + MAX_WITHOUT_METHOD + routes * (OTHER_CLASS + 2) + EXACT_STATUSES;
        mask = Integer.highestOneBit(capacity) * 4 - 1;
        table = new AtomicLongArray(mask + 1);
        keys = new int[capacity];
    }

    int idOf(int route, int method, int status) {
        int code = codeOf(status);
        int id = idOf(key(route, method, code), MAX_SERIES);
        if (id < 0) {
            id = idOf(key(route, Methods.OTHER, code), MAX_SERIES + MAX_WITHOUT_METHOD);
        }
        return id < 0 ? idOf(key(route, Methods.OTHER, classOf(code)), capacity) : id;
    }

    /** {@return the series in which a request with a folded status is counted a second time} */
    int exactStatus(int status) {
        return idOf(key(noRoute, Methods.OTHER, codeOf(status)), capacity);
    }

    /** {@return the series that counts how often a route met or missed its objective} */
    int objective(int route, boolean met) {
        return idOf(key(route, met ? MET : MISSED, NO_STATUS), capacity);
    }

    boolean isObjective(int id) {
        return method(id) >= MET;
    }

    /** {@return whether an objective was met, for a series for which {@link #isObjective} is true} */
    boolean isMet(int id) {
        return method(id) == MET;
    }

    /** {@return whether requests of this series are also counted under {@link #exactStatus}} */
    boolean isFolded(int id) {
        if (id < MAX_SERIES + MAX_WITHOUT_METHOD) {
            return false; // so that most requests need not read the key
        }
        int status = status(id);
        return status > NO_STATUS && status <= OTHER_CLASS;
    }

    /** {@return whether the series only counts statuses; its requests also belong to other series} */
    boolean isExactStatus(int id) {
        return route(id) == noRoute;
    }

    private static int codeOf(int status) {
        return status < LOWEST_STATUS || status > HIGHEST_STATUS ? NO_STATUS : status;
    }

    private static int classOf(int code) {
        int firstDigit = code / 100;
        return firstDigit == 0 || firstDigit >= OTHER_CLASS ? OTHER_CLASS : firstDigit;
    }

    private static int key(int route, int method, int code) {
        return (route << METHOD_BITS | method) << STATUS_BITS | code;
    }

    /** {@return the number of a key, or -1 if it has none and {@code limit} numbers are in use} */
    private int idOf(int key, int limit) {
        int id = find(key);
        return id >= 0 || size >= limit ? id : add(key, limit);
    }

    private int find(int key) {
        for (int i = slot(key); ; i = i + 1 & mask) {
            long entry = table.getAcquire(i);
            if (entry == 0) {
                return -1;
            }
            if ((int) (entry >>> Integer.SIZE) == key) {
                return (int) entry - 1;
            }
        }
    }

    private synchronized int add(int key, int limit) {
        int found = find(key);
        if (found >= 0 || next >= limit) {
            return found;
        }
        int id = next++;
        keys[id] = key;
        size = next;
        int i = slot(key);
        while (table.getPlain(i) != 0) {
            i = i + 1 & mask;
        }
        table.setRelease(i, (long) key << Integer.SIZE | id + 1);
        return id;
    }

    private int slot(int key) {
        int hash = key * 0x9E3779B9;
        return (hash ^ hash >>> 16) & mask;
    }

    int size() {
        return size;
    }

    /** {@return a number above the highest possible id} */
    int capacity() {
        return capacity;
    }

    int route(int id) {
        return keys[id] >>> (STATUS_BITS + METHOD_BITS);
    }

    int method(int id) {
        return keys[id] >>> STATUS_BITS & (1 << METHOD_BITS) - 1;
    }

    /** {@return the status, {@link #NO_STATUS}, or a class if the status is folded} */
    int status(int id) {
        return keys[id] & (1 << STATUS_BITS) - 1;
    }

    /** {@return the first digit of the status, or 0 outside 1xx to 5xx} */
    int statusClass(int id) {
        int status = status(id);
        int firstDigit = status < LOWEST_STATUS ? status : status / 100;
        return firstDigit < OTHER_CLASS ? firstDigit : 0;
    }
}
