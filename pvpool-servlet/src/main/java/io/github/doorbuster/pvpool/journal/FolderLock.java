package io.github.doorbuster.pvpool.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/**
 * The lock that keeps a second pool out of a folder.
 *
 * <p>POSIX releases a process's lock on a file as soon as the process closes any descriptor of it. So a second pool in
 * the same JVM must be rejected before it opens the file. The registry of locked folders is in the system properties,
 * which every class loader sees, because the jar may be in several web applications.
 */
final class FolderLock implements Closeable {

    private static final String PROPERTY = "io.github.doorbuster.pvpool.folder:";
    private static final String FILE = "lock";

    private final String property;
    private final FileChannel channel;

    private FolderLock(String property, FileChannel channel) {
        this.property = property;
        this.channel = channel;
    }

    /**
     * Locks a folder that exists.
     *
     * @throws IOException if another pool has the lock, in this process or in another one
     */
    static FolderLock of(Path folder) throws IOException {
        String property = PROPERTY + folder.toRealPath();
        Properties registry = System.getProperties();
        if (registry.putIfAbsent(property, "locked") != null) {
            throw inUse(folder);
        }
        try {
            return new FolderLock(property, locked(folder));
        } catch (Throwable e) {
            registry.remove(property);
            throw e;
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(FILE),
                OwnerOnly.set(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                OwnerOnly.FILE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(folder);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw inUse(folder);
    }

    private static IOException inUse(Path folder) {
        return new IOException("the folder %s is in use by another pool; use a different folder for each pool"
                .formatted(folder.toAbsolutePath()));
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            System.getProperties().remove(property);
        }
    }
}
