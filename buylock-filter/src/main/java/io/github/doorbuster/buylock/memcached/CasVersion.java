package io.github.doorbuster.buylock.memcached;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The CAS id of a value, and the connection that gave it. The server's own ids restart with its process, so an old id
 * may match the lease of another owner. Such an id is valid only on the connection that returned it. An explicit id is
 * random, and valid on every connection.
 *
 * @param connection what identifies the connection
 */
record CasVersion(long cas, Object connection) {

    /** The smallest explicit id. A server that counts from 1 does not reach it. */
    private static final long EXPLICIT = 1L << 62;

    static long newExplicitCas() {
        return EXPLICIT | (ThreadLocalRandom.current().nextLong() >>> 2);
    }

    boolean countsOn(Object current) {
        return (cas & EXPLICIT) != 0 || connection.equals(current);
    }
}
