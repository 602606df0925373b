package io.github.doorbuster.buylock.memcached;

import java.lang.System.Logger;
import net.spy.memcached.compat.log.AbstractLogger;
import net.spy.memcached.compat.log.Level;
import net.spy.memcached.compat.log.LoggerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes spymemcached's log to {@code System.Logger}, at DEBUG. By default the client writes to stderr, several lines
 * for each attempt to reconnect; this module logs one line for each change of a server's state.
 *
 * <p>Not for use by applications. It is public because the client creates it by its name.
 */
public final class SpyLogger extends AbstractLogger {

    private static final String PROPERTY = "net.spy.log.LoggerImpl";
    private static final Logger LOG = System.getLogger(SpyLogger.class.getName());

    /** Creates the logger of one of the client's classes. */
    public SpyLogger(String name) {
        super(name);
    }

    /** Makes this the client's logger, unless the property is set. The client reads the property only once. */
    static synchronized void install() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, SpyLogger.class.getName());
            LoggerFactory.getLogger(SpyLogger.class);
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
