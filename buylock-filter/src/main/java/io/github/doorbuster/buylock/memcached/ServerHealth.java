package io.github.doorbuster.buylock.memcached;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Whether a server replies: DOWN until it has replied for the first time. Logs one line for each change. */
final class ServerHealth {

    private static final Logger LOG = System.getLogger(ServerHealth.class.getName());
    private static final int MISSES_UNTIL_DOWN = 2;

    private final ServerName name;
    private volatile boolean up;

    @GuardedBy("this")
    private boolean loggedDown;

    @GuardedBy("this")
    private int misses;

    ServerHealth(ServerName name) {
        this.name = name;
    }

    boolean isUp() {
        return up;
    }

    synchronized void replied() {
        misses = 0;
        if (!up) {
            up = true;
            loggedDown = false;
            LOG.log(Level.INFO, "memcached {0} is UP", name);
        }
    }

    synchronized void missed() {
        misses++;
        if (misses >= MISSES_UNTIL_DOWN) {
            down("it does not reply");
        }
    }

    synchronized void down(String why) {
        up = false;
        if (!loggedDown) {
            loggedDown = true;
            LOG.log(Level.WARNING, "memcached {0} is DOWN: {1}; whenStoreFails decides meanwhile", name, why);
        }
    }
}
