package io.github.doorbuster.buylock.memcached;

import java.lang.System.Logger;
import net.spy.memcached.compat.log.AbstractLogger;
import net.spy.memcached.compat.log.Level;
import org.jspecify.annotations.Nullable;

/**
 * Writes the client's log to {@code System.Logger}, at DEBUG. By default, the client writes several lines to stderr for
 * each attempt to reconnect; this module logs one line for each change of a server's state.
 *
 * <p>The client chooses the logger of the whole JVM by a system property, which another user of the client may need. So
 * {@link SpyConnection} and {@link SpyNode} replace the logger of the objects that log.
 */
final class SpyLogger extends AbstractLogger {

    static final SpyLogger INSTANCE = new SpyLogger();

    private static final Logger LOG = System.getLogger(SpyLogger.class.getName());

    private SpyLogger() {
        super("client");
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
            LOG.log(Logger.Level.DEBUG, String.valueOf(message), thrown);
        }
    }
}
