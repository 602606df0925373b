package io.github.doorbuster.pvpool.journal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Creates files and folders that only their owner can read, because item ids and keys may be confidential. */
final class OwnerOnly {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** The attributes of a new file. */
    static final FileAttribute<?>[] FILE = attributes("rw-------");

    private static final FileAttribute<?>[] FOLDER = attributes("rwx------");

    private OwnerOnly() {}

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    static Set<OpenOption> set(OpenOption... options) {
        return Set.of(options);
    }

    /** Creates a folder and its missing parents, and makes each of them durable in its parent. */
    static void createFolders(Path folder, Disk disk) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = folder.toAbsolutePath(); at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path next : missing) {
            Files.createDirectories(next, FOLDER);
            Path parent = next.getParent();
            if (parent != null) {
                disk.syncDirectory(parent);
            }
        }
    }
}
