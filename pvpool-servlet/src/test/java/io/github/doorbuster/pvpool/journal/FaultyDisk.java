package io.github.doorbuster.pvpool.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The real disk. Tests let it fail, fill up and hang. */
class FaultyDisk implements Disk {

    final AtomicInteger forces = new AtomicInteger();
    volatile boolean failForce;
    volatile boolean full;
    volatile @Nullable CountDownLatch holdForce;

    @Override
    public DiskFile create(Path file) throws IOException {
        return new FaultyFile(REAL.create(file));
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return new FaultyFile(REAL.open(file));
    }

    @Override
    public ByteBuffer read(Path file) throws IOException {
        return REAL.read(file);
    }

    @Override
    public List<Path> files(Path directory) throws IOException {
        return REAL.files(directory);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        OwnerOnly.createFolders(folder, this);
    }

    @Override
    public Closeable lock(Path folder) throws IOException {
        return REAL.lock(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        REAL.delete(file);
    }

    @Override
    public void move(Path file, Path target) throws IOException {
        REAL.move(file, target);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        REAL.syncDirectory(directory);
    }

    private final class FaultyFile implements DiskFile {

        private final DiskFile file;
        private long size;

        FaultyFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long end = position + bytes.remaining();
            if (full && end > size) {
                throw new IOException("No space left on device");
            }
            file.write(bytes, position);
            size = Math.max(size, end);
        }

        @Override
        public void force() throws IOException {
            forces.incrementAndGet();
            CountDownLatch hold = holdForce;
            if (hold != null) {
                try {
                    hold.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (failForce) {
                throw new IOException("Input/output error");
            }
            file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
