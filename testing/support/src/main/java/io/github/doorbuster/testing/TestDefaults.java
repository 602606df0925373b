package io.github.doorbuster.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Sets how every test of the build waits: it checks its condition often, and gives up late, because a busy machine may
 * stop a process for seconds.
 */
public final class TestDefaults implements LauncherSessionListener {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(POLL_INTERVAL);
        Awaitility.setDefaultTimeout(TIMEOUT);
    }
}
