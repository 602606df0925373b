package io.github.doorbuster.demo;

import io.github.doorbuster.testing.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A tmpfs of 2 MiB that can be filled. Mounting it needs root. */
final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    static SmallDisk mount(Path folder) {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new IllegalStateException("only root can mount a small disk; run the thorough tests as root");
        }
        CommandResult.of("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.toString())
                .orThrow();
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    /** Uses all space. */
    void fill() throws IOException {
        byte[] page = new byte[4096];
        try {
            while (true) {
                Files.write(filler(), page, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Frees the space again. */
    void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        CommandResult.of("umount", "--lazy", folder.toString()).orThrow();
    }
}
