package io.github.doorbuster.pvpool.journal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What the journal asks of the file system, so that tests can let it fail. */
interface Disk {

    /** The real one. */
    Disk REAL = new Disk() {
        @Override
        public DiskFile create(Path file) throws IOException {
            return new ChannelFile(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        @Override
        public DiskFile open(Path file) throws IOException {
            return new ChannelFile(FileChannel.open(file, StandardOpenOption.WRITE));
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
                return; // Windows neither needs nor offers it
            }
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    };

    DiskFile create(Path file) throws IOException;

    DiskFile open(Path file) throws IOException;

    void delete(Path file) throws IOException;

    void move(Path file, Path target) throws IOException;

    /** Makes created, deleted and moved names durable. */
    void syncDirectory(Path directory) throws IOException;

    /** A file being written. */
    interface DiskFile extends AutoCloseable {

        void write(ByteBuffer bytes, long position) throws IOException;

        /** Makes the bytes durable. */
        void force() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A file of the real disk. */
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
