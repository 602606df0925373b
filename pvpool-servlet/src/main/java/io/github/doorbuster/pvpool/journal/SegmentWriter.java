package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes one segment; only the journal's thread touches it.
 *
 * <p>Space is written ahead of use, so that appending changes no metadata and there is always room for the seal, even
 * on a disk that has become full.
 */
final class SegmentWriter implements AutoCloseable {

    private static final int AHEAD_BYTES = 256 << 10;

    private final Path path;
    private final String id;
    private final RecordCrc crc;
    private final DiskFile file;
    private int end;
    private int durable;
    private int records;
    private int durableRecords;
    private long written;
    private boolean namedDurably;

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

    /** Goes on with a segment that an earlier process left open, behind its last good record. */
    static SegmentWriter reopen(Disk disk, Path path, String id, int end, int records) throws IOException {
        SegmentWriter segment = new SegmentWriter(path, id, disk.open(path));
        segment.end = end;
        segment.durable = end;
        segment.records = records;
        segment.durableRecords = records;
        segment.written = end;
        return segment;
    }

    Path path() {
        return path;
    }

    String id() {
        return id;
    }

    int end() {
        return end;
    }

    boolean isEmpty() {
        return durableRecords == 0;
    }

    /** Appends bodies as records and makes them durable, all or none. */
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
        if (!namedDurably) {
            disk.syncDirectory(path.getParent());
            namedDurably = true;
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
        if (needed > written) {
            long ahead = Math.max(needed, written + AHEAD_BYTES);
            file.write(ByteBuffer.allocate(Math.toIntExact(ahead - written)), written);
            written = ahead;
        }
    }

    /**
     * Ends the segment behind its last durable record; what a failed write may have left behind that is never read.
     * After a failure it may be called again: the bytes are written anew, because a kernel forgets pages it could not
     * write.
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
