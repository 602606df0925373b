package io.github.doorbuster.demo;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of the view journal: the folder in the options, a folder for the port, or a temporary folder. Closing it
 * removes a temporary folder, unless the folder has views for a database that outlives the process.
 */
final class JournalFolder implements AutoCloseable {

    private static final Logger LOG = System.getLogger(JournalFolder.class.getName());
    private static final Path DEFAULT = Path.of("doorbuster-demo");

    private final Path path;
    private final boolean temporary;
    private final boolean viewsInMemory;
    private long pendingViews;

    private JournalFolder(Path path, boolean temporary, boolean viewsInMemory) {
        this.path = path;
        this.temporary = temporary;
        this.viewsInMemory = viewsInMemory;
    }

    static JournalFolder of(ShopSettings settings) throws IOException {
        boolean viewsInMemory = settings.servers().inMemory();
        Path given = settings.journalDir();
        if (given != null) {
            return new JournalFolder(given, false, viewsInMemory);
        }
        return settings.port() == 0
                ? new JournalFolder(Files.createTempDirectory("doorbuster-journal-"), true, viewsInMemory)
                : new JournalFolder(DEFAULT.resolve("journal-" + settings.port()), false, viewsInMemory);
    }

    Path path() {
        return path;
    }

    /** Sets how many views the closed pool has left in the journal. */
    void pendingViews(long views) {
        pendingViews = views;
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        if (pendingViews > 0 && !viewsInMemory) {
            LOG.log(
                    Level.WARNING,
                    "{0} page views are only in {1}; start with --journal-dir={1} to write them",
                    pendingViews,
                    path);
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(path)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }
}
