package io.github.doorbuster.containers;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parent class loader of a WAR as in an installed container: it sees the container and the JDK, not the jars of the
 * test.
 */
final class WarParentClassLoader extends ClassLoader {

    private static final List<String> CONTAINER =
            List.of("jakarta.", "org.eclipse.jetty.", "org.apache.", "org.slf4j.");

    private final ClassLoader all = WarParentClassLoader.class.getClassLoader();

    WarParentClassLoader() {
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
        return isContainer(name) ? all.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return isContainer(name) ? all.getResources(name) : Collections.emptyEnumeration();
    }

    private static boolean isContainer(String resource) {
        String name = resource.replace('/', '.');
        return CONTAINER.stream().anyMatch(name::startsWith)
                || name.startsWith("META-INF.services.org.eclipse.jetty.")
                || name.startsWith("META-INF.services.org.slf4j.");
    }
}
