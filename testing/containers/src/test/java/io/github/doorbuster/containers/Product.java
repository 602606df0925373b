package io.github.doorbuster.containers;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** A container that the kit is for, in the version that the build pins. */
enum Product {
    // Lambdas, not constructor references: those would load the classes of containers that this run is not for.
    JETTY_12_0("Jetty 12.0", threads -> new JettyEe10(threads)),
    JETTY_12_1("Jetty 12.1", threads -> new JettyEe11(threads)),
    TOMCAT_10_1("Tomcat 10.1", threads -> new TomcatContainer(threads)),
    TOMCAT_11("Tomcat 11", threads -> new TomcatContainer(threads));

    /** Few enough that a filter which held a thread per waiting request would be found out. */
    static final int THREADS = 8;

    private static final Map<Product, ServletContainer> RUNNING = new ConcurrentHashMap<>();

    private final String name;
    private final IntFunction<ServletContainer> starter;

    Product(String name, IntFunction<ServletContainer> starter) {
        this.name = name;
        this.starter = starter;
    }

    /** Those whose jars are on this run's class path. */
    static List<Product> underTest() {
        List<Product> products = Arrays.stream(values())
                .filter(p -> !p.pinnedVersion().isEmpty())
                .toList();
        if (products.isEmpty()) {
            throw new IllegalStateException("no container.* property is set: run this by Maven (failsafe)");
        }
        return products;
    }

    /** Those of {@link #underTest} that have Jetty's core. */
    static List<Product> jettyUnderTest() {
        return underTest().stream().filter(p -> !p.isTomcat()).toList();
    }

    /** The version that this run shall be on; empty where the run is not for this product. */
    String pinnedVersion() {
        return System.getProperty("container." + name(), "");
    }

    boolean isTomcat() {
        return this == TOMCAT_10_1 || this == TOMCAT_11;
    }

    /** A container that all tests of this run share: started at the first call, without an application. */
    ServletContainer running() {
        return RUNNING.computeIfAbsent(this, product -> {
            ServletContainer container = product.start(THREADS);
            Runtime.getRuntime().addShutdownHook(new Thread(container::close, "end-" + product));
            return container;
        });
    }

    /** Starts a container of its own. */
    ServletContainer start(int threads) {
        ServletContainer container = starter.apply(threads);
        if (!container.version().startsWith(pinnedVersion()) || !pinnedVersion().startsWith(name.split(" ")[1] + ".")) {
            String really = container.version();
            container.close();
            throw new IllegalStateException(name + " " + pinnedVersion() + " was asked for, and it is " + really);
        }
        return container;
    }

    @Override
    public String toString() {
        return name;
    }
}
