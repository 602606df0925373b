package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes one segment. Used by one thread.
 *
 * <p>Zeros are written ahead of the records, so that an append changes no file metadata and the seal has room even if
 * the disk becomes full.
 */
final class SegmentWriter implements AutoCloseable {

    private static final int PREALLOCATED_BYTES = 256 << 10;

    private final Path path;
    private final String id;
    private final RecordCrc crc;
    private final DiskFile file;
    private int end;
    private int durable;
    private int records;
    private int durableRecords;
    private long allocated;
    private boolean directorySynced;

    private SegmentWriter(Path path, String id, DiskFile file) {
        this.path = path;
        this.id = id;
        this.crc = new RecordCrc(id);
        this.file = file;
    }

    static SegmentWriter create(Disk disk, Path path, String id, long nowMillis, int chunkRows) throws IOException {
        SegmentWriter segment = new SegmentWriter(path, id, disk.create(path));
        try {
            segment.ensureRoom(SegmentFormat.HEADER_BYTES);
            segment.file.write(SegmentFormat.header(id, nowMillis, chunkRows), 0);
            segment.end = SegmentFormat.HEADER_BYTES;
            return segment;
        } catch (IOException e) {
            segment.file.close();
            disk.delete(path);
            throw e;
        }
    }

    /** Opens a segment of an earlier process, to continue after its last valid record. */
    static SegmentWriter reopen(Disk disk, Path path, String id, int end, int records) throws IOException {
        SegmentWriter segment = new SegmentWriter(path, id, disk.open(path));
        segment.end = end;
        segment.durable = end;
        segment.records = records;
        segment.durableRecords = records;
        segment.allocated = end;
        return segment;
    }

    Path path() {
        return path;
    }

    String id() {
        return id;
    }

    /** The offset after the last record. */
    int end() {
        return end;
    }

    /** Whether no record is durable. */
    boolean isEmpty() {
        return durableRecords == 0;
    }

    /** Appends records and makes them durable. If it throws, none of them counts, and the segment must be sealed. */
    void append(List<byte[]> bodies, Disk disk) throws IOException {
        int length = bodies.stream()
                .mapToInt(body -> SegmentFormat.RECORD_BYTES + body.length)
                .sum();
        ensureRoom(length);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int offset = end;
        for (byte[] body : bodies) {
            put(bytes, body, offset);
            offset += SegmentFormat.RECORD_BYTES + body.length;
        }
        file.write(bytes.flip(), end);
        end = offset;
        records += bodies.size();
        file.force();
        if (!directorySynced) {
            disk.syncDirectory(path.getParent());
            directorySynced = true;
        }
        durable = end;
        durableRecords = records;
    }

    private void put(ByteBuffer bytes, byte[] body, int offset) {
        bytes.putInt(body.length)
                .putInt(crc.of(offset, durable, body, 0, body.length))
                .putInt(durable)
                .put(body);
    }

    private void ensureRoom(int length) throws IOException {
        long needed = (long) end + length + SegmentFormat.SEAL_BYTES;
        if (needed > allocated) {
            long target = Math.max(needed, allocated + PREALLOCATED_BYTES);
            file.write(ByteBuffer.allocate(Math.toIntExact(target - allocated)), allocated);
            allocated = target;
        }
    }

    /**
     * Seals the segment after its last durable record and cuts off what a failed write left after it. If it throws, it
     * may be called again: it writes the bytes again, because after a failed fsync the kernel may have dropped them.
     */
    void seal() throws IOException {
        byte[] body = SegmentFormat.seal(durableRecords);
        int at = Math.max(durable, SegmentFormat.HEADER_BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(SegmentFormat.SEAL_BYTES);
        put(bytes, body, at);
        file.write(bytes.flip(), at);
        file.truncate(at + SegmentFormat.SEAL_BYTES);
        file.force();
        end = at + SegmentFormat.SEAL_BYTES;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
