package io.github.doorbuster.buylock.memcached;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The CAS id of a value, and the connection that gave it. The server's own ids restart with its process, so that an old
 * one may match the lease of another owner; such an id counts only on the connection that gave it. An explicit id is
 * random, and counts on every connection.
 *
 * @param connection what identifies the connection
 */
record CasVersion(long cas, Object connection) {

    /** A server that counts from 1 does not get there. */
    private static final long EXPLICIT = 1L << 62;

    static long newExplicitCas() {
        return EXPLICIT | (ThreadLocalRandom.current().nextLong() >>> 2);
    }

    boolean countsOn(Object current) {
        return (cas & EXPLICIT) != 0 || connection.equals(current);
    }
}
