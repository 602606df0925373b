package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree that a test runs in, for tests that hold the documentation against it. */
public final class Repository {

    private static final Path ROOT = root();

    private Repository() {}

    /**
     * Returns a file or folder of the source tree.
     *
     * @param path from the top, {@code docs/buylock.md}
     * @return where it is
     * @throws IllegalStateException if there is none
     */
    public static Path path(String path) {
        Path found = ROOT.resolve(path);
        if (!Files.exists(found)) {
            throw new IllegalStateException("the repository has no " + path);
        }
        return found;
    }

    /**
     * Reads a file of the source tree.
     *
     * @param path from the top
     * @return its text
     */
    public static String read(String path) {
        return read(path(path));
    }

    /**
     * Lists the files below a folder of the source tree, but not what a build puts there.
     *
     * @param folder from the top, empty for everything
     * @param suffixes how their names end, such as {@code .java}
     * @return their paths from the top, with {@code /} between, sorted
     */
    public static List<String> files(String folder, String... suffixes) {
        try (Stream<Path> below = Files.walk(path(folder))) {
            return below.filter(Files::isRegularFile)
                    .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> !file.contains("target/") && !file.startsWith("."))
                    .filter(file -> Stream.of(suffixes).anyMatch(file::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("mvnw"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("no folder above this one is the repository's: none has mvnw");
            }
        }
        return directory;
    }
}
