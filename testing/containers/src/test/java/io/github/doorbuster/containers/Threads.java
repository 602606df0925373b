package io.github.doorbuster.containers;

import java.util.List;

/** The threads that the kit has started in this JVM. */
final class Threads {

    private Threads() {}

    static List<String> ofOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("doorbuster-") && !name.startsWith("doorbuster-testing-")
                        || name.contains("Memcached"))
                .sorted()
                .toList();
    }
}
