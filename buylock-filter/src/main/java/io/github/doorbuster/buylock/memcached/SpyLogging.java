package io.github.doorbuster.buylock.memcached;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends the client's own log to java.util.logging instead of stderr, and there only what is severe: it writes several
 * lines for every attempt to reconnect, where {@link MemcachedHealth} writes one for each change. Whoever has set
 * either keeps it.
 */
final class SpyLogging {

    private static final String PROPERTY = "net.spy.log.LoggerImpl";
    private static final Logger SPY = Logger.getLogger("net.spy.memcached");

    private SpyLogging() {}

    static void quieten() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "net.spy.memcached.compat.log.SunLogger");
        }
        if (SPY.getLevel() == null) {
            SPY.setLevel(Level.SEVERE);
        }
    }
}
