package io.github.doorbuster.containers;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * A container that the kit supports. The system property {@code container.NAME} has the version that the build pins,
 * and {@code container} limits a run to one of them.
 */
enum ContainerVersion {
    // Lambdas, not constructor references: those would load the classes of containers that are not on the class path.
    JETTY_12_0("Jetty 12.0", threads -> new JettyEe10(threads)),
    JETTY_12_1("Jetty 12.1", threads -> new JettyEe11(threads)),
    TOMCAT_10_1("Tomcat 10.1", threads -> new TomcatContainer(threads)),
    TOMCAT_11("Tomcat 11", threads -> new TomcatContainer(threads)),
    UNDERTOW_2_3("Undertow 2.3", threads -> new UndertowContainer(threads));

    /** So few that a filter which holds a thread per waiting request would block the container. */
    static final int THREADS = 8;

    private static final Map<ContainerVersion, ServletContainer> RUNNING = new ConcurrentHashMap<>();

    private final String displayName;
    private final IntFunction<ServletContainer> starter;

    ContainerVersion(String displayName, IntFunction<ServletContainer> starter) {
        this.displayName = displayName;
        this.starter = starter;
    }

    /** {@return the versions on the class path, or the one of them that the run is limited to} */
    static List<ContainerVersion> underTest() {
        List<ContainerVersion> present = Arrays.stream(values())
                .filter(version -> !version.pinnedVersion().isEmpty())
                .toList();
        if (present.isEmpty()) {
            throw new IllegalStateException("no container.* property is set: run this by Maven (failsafe)");
        }
        String wanted = System.getProperty("container", "");
        if (wanted.isEmpty()) {
            return present;
        }
        if (present.stream().noneMatch(version -> version.name().equals(wanted))) {
            throw new IllegalArgumentException("container=" + wanted + ": must be one of "
                    + List.of(values()).stream().map(Enum::name).toList() + ", and in this module one of "
                    + present.stream().map(Enum::name).toList());
        }
        return List.of(valueOf(wanted));
    }

    /** {@return those of {@link #underTest} that have Jetty's core} */
    static List<ContainerVersion> jettyUnderTest() {
        return underTest().stream()
                .filter(version -> version == JETTY_12_0 || version == JETTY_12_1)
                .toList();
    }

    /** {@return those of {@link #underTest} that deploy a WAR; Undertow leaves this to the server around it} */
    static List<ContainerVersion> warUnderTest() {
        return underTest().stream().filter(version -> version != UNDERTOW_2_3).toList();
    }

    /** {@return the version that the build pins, empty if it is not on the class path} */
    String pinnedVersion() {
        return System.getProperty("container." + name(), "");
    }

    boolean isTomcat() {
        return this == TOMCAT_10_1 || this == TOMCAT_11;
    }

    /** Returns the container that all tests of this JVM share. */
    ServletContainer running() {
        return RUNNING.computeIfAbsent(this, version -> {
            ServletContainer container = version.start(THREADS);
            Runtime.getRuntime().addShutdownHook(new Thread(container::close, "end-" + version));
            return container;
        });
    }

    /** Starts a container for one test. */
    ServletContainer start(int threads) {
        ServletContainer container = starter.apply(threads);
        if (!container.version().startsWith(pinnedVersion())
                || !pinnedVersion().startsWith(displayName.split(" ")[1] + ".")) {
            String actual = container.version();
            container.close();
            throw new IllegalStateException(displayName + ": expected " + pinnedVersion() + ", found " + actual);
        }
        return container;
    }

    @Override
    public String toString() {
        return displayName;
    }
}
