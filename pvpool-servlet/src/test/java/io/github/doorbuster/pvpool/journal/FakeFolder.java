package io.github.doorbuster.pvpool.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A folder on a disk that fails, fills up and loses what was not forced. Used by one thread.
 *
 * <p>A file consists of the bytes that are durable and of the writes since the last force. A loss of power keeps some
 * of these writes, each of them whole or torn. An entry of the folder that was not synced may be lost as well. A write
 * whose force has failed stays readable, but another force does not make it durable.
 */
public final class FakeFolder {

    /** What can go wrong. */
    public enum Fault {
        WRITE_FAILS,
        FORCE_FAILS,
        DISK_FULL,
        READ_FAILS
    }

    /** Decides whether something fails now. */
    public interface FaultSource {
        boolean fires(Fault fault);
    }

    private final TreeMap<String, FakeFile> files = new TreeMap<>();
    private final Set<String> unsynced = new TreeSet<>();
    private final FaultSource faults;
    private final boolean forceWorks;
    private boolean locked;
    private boolean hasCopies;
    private int quarantined;

    public FakeFolder(FaultSource faults, boolean forceWorks) {
        this.faults = faults;
        this.forceWorks = forceWorks;
    }

    /** A copy, as a file system snapshot or the clone of a virtual machine makes it. */
    public FakeFolder copy() {
        FakeFolder copy = new FakeFolder(faults, forceWorks);
        hasCopies = true;
        copy.hasCopies = true;
        files.forEach((name, file) -> copy.files.put(name, file.copy()));
        return copy;
    }

    /** The process that had the folder is gone. */
    public void unlock() {
        locked = false;
    }

    /** The machine has lost power. Returns whether something was lost or torn. */
    public boolean losePower(Random random) {
        boolean[] lost = {false};
        for (String name : unsynced) {
            if (files.containsKey(name) && random.nextBoolean()) {
                files.remove(name);
                lost[0] = true;
            }
        }
        unsynced.clear();
        files.values().forEach(file -> lost[0] |= file.losePower(random));
        return lost[0];
    }

    public int segments() {
        return files.size();
    }

    public int quarantined() {
        return quarantined;
    }

    /**
     * The disk as a process sees it.
     *
     * @param alive checked at every operation; throws if the process was killed
     */
    Disk disk(Runnable alive) {
        return new View(alive);
    }

    private final class View implements Disk {

        private final Runnable alive;

        View(Runnable alive) {
            this.alive = alive;
        }

        private FakeFile file(Path path) throws IOException {
            FakeFile file = files.get(path.getFileName().toString());
            if (file == null) {
                throw new IOException("no such file: " + path);
            }
            return file;
        }

        @Override
        public DiskFile create(Path path) throws IOException {
            alive.run();
            String name = path.getFileName().toString();
            if (faults.fires(Fault.DISK_FULL)) {
                throw new IOException("No space left on device");
            }
            if (files.containsKey(name)) {
                throw new IOException("file exists: " + path);
            }
            FakeFile file = new FakeFile();
            files.put(name, file);
            unsynced.add(name);
            return new Handle(file, alive);
        }

        @Override
        public DiskFile open(Path path) throws IOException {
            alive.run();
            return new Handle(file(path), alive);
        }

        @Override
        public ByteBuffer read(Path path) throws IOException {
            alive.run();
            if (faults.fires(Fault.READ_FAILS)) {
                throw new IOException("Input/output error");
            }
            return ByteBuffer.wrap(file(path).content());
        }

        @Override
        public List<Path> files(Path directory) {
            alive.run();
            if (directory.endsWith("quarantine")) {
                return List.of();
            }
            return files.keySet().stream().map(directory::resolve).toList();
        }

        @Override
        public void createFolders(Path folder) {
            alive.run();
        }

        @Override
        public Closeable lock(Path folder) throws IOException {
            alive.run();
            if (locked) {
                throw new IOException("in use by another pool");
            }
            locked = true;
            return () -> {
                alive.run();
                locked = false;
            };
        }

        @Override
        public void delete(Path path) {
            alive.run();
            files.remove(path.getFileName().toString());
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            alive.run();
            FakeFile file = file(from);
            if (to.getParent().endsWith("quarantine")) {
                if (!hasCopies) { // of an older copy, the newer one has the rest
                    throw new IllegalStateException("quarantined: " + from);
                }
                quarantined++;
                files.remove(from.getFileName().toString());
                return;
            }
            files.remove(from.getFileName().toString());
            files.put(to.getFileName().toString(), file);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            alive.run();
            if (faults.fires(Fault.FORCE_FAILS)) {
                throw new IOException("Input/output error");
            }
            if (forceWorks) {
                unsynced.clear();
            }
        }
    }

    private final class Handle implements Disk.DiskFile {

        private final FakeFile file;
        private final Runnable alive;

        Handle(FakeFile file, Runnable alive) {
            this.file = file;
            this.alive = alive;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            alive.run();
            if (faults.fires(Fault.WRITE_FAILS)) {
                byte[] part = new byte[bytes.remaining() / 2];
                bytes.get(part);
                file.write((int) position, part);
                throw new IOException("Input/output error");
            }
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            if (position + all.length > file.size() && faults.fires(Fault.DISK_FULL)) {
                throw new IOException("No space left on device");
            }
            file.write((int) position, all);
        }

        @Override
        public void force() throws IOException {
            alive.run();
            if (faults.fires(Fault.FORCE_FAILS)) {
                file.dropSome();
                throw new IOException("Input/output error");
            }
            if (forceWorks) {
                file.force();
            }
        }

        @Override
        public void truncate(long size) {
            alive.run();
            file.truncate((int) size);
        }

        @Override
        public void close() {}
    }
}
