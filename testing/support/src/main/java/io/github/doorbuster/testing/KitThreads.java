package io.github.doorbuster.testing;

import java.util.List;

/** The threads that the kit runs in this JVM. */
public final class KitThreads {

    private KitThreads() {}

    /** {@return the names of those that are alive, of the kit and of its memcached client} */
    public static List<String> alive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> (name.startsWith("doorbuster-") && !name.startsWith("doorbuster-testing-"))
                        || name.contains("Memcached"))
                .sorted()
                .toList();
    }
}
