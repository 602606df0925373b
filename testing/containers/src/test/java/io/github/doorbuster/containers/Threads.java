package io.github.doorbuster.containers;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The threads that the kit has started in this JVM. */
final class Threads {

    private Threads() {}

    static List<String> ofOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> (name.startsWith("doorbuster-") && !name.startsWith("doorbuster-testing-"))
                        || name.contains("Memcached"))
                .sorted()
                .toList();
    }

    /** The threads whose code or context comes out of a directory, whatever their names. */
    static List<String> loadedFrom(Path directory) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> isFrom(thread.getContextClassLoader(), directory)
                        || isFrom(thread.getClass().getClassLoader(), directory))
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    private static boolean isFrom(@Nullable ClassLoader loader, Path directory) {
        return loader instanceof URLClassLoader urls
                && Arrays.stream(urls.getURLs()).anyMatch(url -> url.getPath().startsWith(directory.toString()));
    }
}
