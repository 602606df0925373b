package io.github.doorbuster.buylock.memcached;

import java.lang.System.Logger;
import net.spy.memcached.compat.log.AbstractLogger;
import net.spy.memcached.compat.log.Level;
import net.spy.memcached.compat.log.LoggerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes the client's own log to {@code System.Logger}, at DEBUG: by itself the client writes to stderr, several lines
 * for every attempt to reconnect, where this module writes one for each change. Public only because the client makes it
 * by name.
 */
public final class SpyLog extends AbstractLogger {

    private static final String PROPERTY = "net.spy.log.LoggerImpl";
    private static final Logger LOG = System.getLogger(SpyLog.class.getName());

    /**
     * Creates a log for one class of the client.
     *
     * @param name the name of the class
     */
    public SpyLog(String name) {
        super(name);
    }

    /** Makes this the client's log, unless the property that chooses one is set; the client looks at it only once. */
    static synchronized void install() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, SpyLog.class.getName());
            LoggerFactory.getLogger(SpyLog.class);
            System.clearProperty(PROPERTY);
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return false;
    }

    @Override
    public void log(Level level, Object message, @Nullable Throwable thrown) {
        if (level.compareTo(Level.INFO) > 0 && LOG.isLoggable(Logger.Level.DEBUG)) {
            LOG.log(Logger.Level.DEBUG, getName() + ": " + message, thrown);
        }
    }
}
