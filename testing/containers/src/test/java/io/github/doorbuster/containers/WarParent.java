package io.github.doorbuster.containers;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a WAR finds above its own class loader in a real installation: the container and the JDK, not our test's jars.
 */
final class WarParent extends ClassLoader {

    private static final List<String> CONTAINER =
            List.of("jakarta.", "org.eclipse.jetty.", "org.apache.", "org.slf4j.");

    private final ClassLoader all = WarParent.class.getClassLoader();

    WarParent() {
        super(getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (CONTAINER.stream().anyMatch(name::startsWith)) {
            return all.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return ofContainer(name) ? all.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return ofContainer(name) ? all.getResources(name) : Collections.emptyEnumeration();
    }

    private static boolean ofContainer(String resource) {
        String name = resource.replace('/', '.');
        return CONTAINER.stream().anyMatch(name::startsWith)
                || name.startsWith("META-INF.services.org.eclipse.jetty.")
                || name.startsWith("META-INF.services.org.slf4j.");
    }
}
