package io.github.doorbuster.pvpool.journal;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The operations of the file system that the journal needs. Tests replace it to make them fail. */
interface Disk {

    /** The real file system. */
    Disk REAL = new Disk() {
        @Override
        public DiskFile create(Path file) throws IOException {
            return new ChannelFile(FileChannel.open(
                    file, OwnerOnly.set(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.FILE));
        }

        @Override
        public DiskFile open(Path file) throws IOException {
            return new ChannelFile(FileChannel.open(file, StandardOpenOption.WRITE));
        }

        @Override
        public ByteBuffer read(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            }
        }

        @Override
        public List<Path> files(Path directory) throws IOException {
            if (!Files.isDirectory(directory)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(directory)) {
                return files.filter(Files::isRegularFile).sorted().toList();
            }
        }

        @Override
        public void createFolders(Path folder) throws IOException {
            OwnerOnly.createFolders(folder, this);
        }

        @Override
        public Closeable lock(Path folder) throws IOException {
            return FolderLock.of(folder);
        }

        @Override
        public void delete(Path file) throws IOException {
            Files.deleteIfExists(file);
        }

        @Override
        public void move(Path file, Path target) throws IOException {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            if (File.separatorChar == '\\') {
                return; // Windows cannot open a directory, and does not need it.
            }
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    };

    /** Creates a file that must not exist. */
    DiskFile create(Path file) throws IOException;

    DiskFile open(Path file) throws IOException;

    /** Maps or reads the bytes of a file. */
    ByteBuffer read(Path file) throws IOException;

    /** {@return the files of a folder, sorted by name; none if there is no such folder} */
    List<Path> files(Path directory) throws IOException;

    /** Creates a folder and its missing parents, durably and readable by the owner only. */
    void createFolders(Path folder) throws IOException;

    /** Locks a folder against other pools. */
    Closeable lock(Path folder) throws IOException;

    /** Deletes a file if it exists. */
    void delete(Path file) throws IOException;

    void move(Path file, Path target) throws IOException;

    /** Makes the creation, deletion and move of files durable. */
    void syncDirectory(Path directory) throws IOException;

    /** A file open for writing. */
    interface DiskFile extends AutoCloseable {

        void write(ByteBuffer bytes, long position) throws IOException;

        /** Makes everything written durable. */
        void force() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A file of the real file system. */
    record ChannelFile(FileChannel channel) implements DiskFile {

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
