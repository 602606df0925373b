package io.github.doorbuster.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where this process keeps its view journal: the folder asked for, one of its port, or a temporary one. */
final class JournalFolder {

    private static final Path DEFAULT = Path.of("doorbuster-demo");

    private final Path path;
    private final boolean temporary;

    private JournalFolder(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    static JournalFolder of(ShopSettings settings) throws IOException {
        Path asked = settings.journalDir();
        if (asked != null) {
            return new JournalFolder(asked, false);
        }
        return settings.port() == 0
                ? new JournalFolder(Files.createTempDirectory("doorbuster-journal-"), true)
                : new JournalFolder(DEFAULT.resolve("journal-" + settings.port()), false);
    }

    Path path() {
        return path;
    }

    /** Removes the folder if it is a temporary one; for when every view in it has been written. */
    void discard() throws IOException {
        if (temporary) {
            List<Path> files;
            try (Stream<Path> listed = Files.list(path)) {
                files = listed.toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(path);
        }
    }
}
