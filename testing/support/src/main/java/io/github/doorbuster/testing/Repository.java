package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree that a test runs in. */
public final class Repository {

    private static final Path ROOT = root();

    private Repository() {}

    /**
     * Returns a file or folder of the source tree.
     *
     * @param path from the top, {@code docs/buylock.md}
     * @throws IllegalStateException if it does not exist
     */
    public static Path path(String path) {
        Path found = ROOT.resolve(path);
        if (!Files.exists(found)) {
            throw new IllegalStateException("the repository has no " + path);
        }
        return found;
    }

    /** Reads a file of the source tree, given its path from the top. */
    public static String read(String path) {
        return read(path(path));
    }

    /**
     * Lists the files below a folder of the source tree, without build output, as sorted paths from the top.
     *
     * @param folder from the top, empty for the whole tree
     * @param suffixes ends of their names, such as {@code .java}
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
                throw new IllegalStateException("no parent folder has mvnw: run this inside the repository");
            }
        }
        return directory;
    }
}
