package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** An application that uses the client itself, in the same JVM and class loader as this module. */
@Isolated
class OtherUsersOfTheClientTest {

    private static final String LOGGER = "net.spy.log.LoggerImpl";
    /** A logger that comes with the client. */
    private static final String OF_THE_APPLICATION = "net.spy.memcached.compat.log.SunLogger";

    /** Loads everything anew, so that what other tests have loaded does not matter. */
    private static URLClassLoader newClassLoader() {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> url(new File(entry).toURI()))
                .toArray(URL[]::new);
        return new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void connectAndClose(ClassLoader classes) throws Exception {
        Object store = classes.loadClass(MemcachedLockStore.class.getName())
                .getMethod("connect", String.class)
                .invoke(null, "127.0.0.1:1");
        ((AutoCloseable) store).close();
    }

    @Test
    void theirLoggerIsTheOneTheyChooseAfterwards() throws Exception {
        try (URLClassLoader classes = newClassLoader()) {
            connectAndClose(classes);
            assertThat(System.getProperties().stringPropertyNames()).noneMatch(name -> name.startsWith("net.spy."));

            System.setProperty(LOGGER, OF_THE_APPLICATION);
            Object logger = classes.loadClass("net.spy.memcached.compat.log.LoggerFactory")
                    .getMethod("getLogger", String.class)
                    .invoke(null, "application");
            assertThat(logger.getClass().getName()).isEqualTo(OF_THE_APPLICATION);
        } finally {
            System.clearProperty(LOGGER);
        }
    }

    @Test
    void theClientWritesNothingToStandardError() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (URLClassLoader classes = newClassLoader();
                PrintStream captured = new PrintStream(written, true, StandardCharsets.UTF_8)) {
            System.setErr(captured);
            connectAndClose(classes);
        } finally {
            System.setErr(before);
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("net.spy");
    }
}
