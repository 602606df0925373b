package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.journal.Disk.DiskFile;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
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
    private final Segment segment;
    private final RecordCrc crc;
    private final DiskFile file;
    private Content content = Content.NONE;
    private int end;
    private int durable;
    private long allocated;
    private boolean directorySynced;

    private SegmentWriter(Path path, Segment segment, DiskFile file) {
        this.path = path;
        this.segment = segment;
        this.crc = new RecordCrc(segment);
        this.file = file;
    }

    static SegmentWriter create(Disk disk, Path path, Segment segment) throws IOException {
        SegmentWriter writer = new SegmentWriter(path, segment, disk.create(path));
        try {
            writer.ensureRoom(SegmentFormat.HEADER_BYTES);
            writer.file.write(SegmentFormat.header(segment), 0);
            writer.end = SegmentFormat.HEADER_BYTES;
            return writer;
        } catch (Throwable e) {
            writer.file.close();
            disk.delete(path);
            throw e;
        }
    }

    /** Opens a segment of an earlier process, to continue after its last valid record, or after its seal. */
    static SegmentWriter reopen(Disk disk, Path path, SegmentContent found) throws IOException {
        SegmentWriter writer = new SegmentWriter(path, found.segment(), disk.open(path));
        writer.end = found.end();
        writer.durable = found.durable();
        writer.content = found.content();
        writer.allocated = found.end();
        return writer;
    }

    Path path() {
        return path;
    }

    Segment segment() {
        return segment;
    }

    /** The offset after the last record. */
    int end() {
        return end;
    }

    /** What is durable. */
    Content content() {
        return content;
    }

    /** Whether no record is durable. */
    boolean isEmpty() {
        return content.records() == 0;
    }

    /**
     * Appends records and makes them durable. If it throws, none of them counts, and the segment must be sealed.
     *
     * @param after what the segment has with these records
     */
    void append(List<byte[]> bodies, Content after, Disk disk) throws IOException {
        append(bodies, after, disk, ByteBuffer.allocate(length(bodies)));
    }

    /**
     * Appends records as {@link #append(List, Content, Disk)} does.
     *
     * @param buffer collects the records, so that those that fit are one write
     */
    void append(List<byte[]> bodies, Content after, Disk disk, ByteBuffer buffer) throws IOException {
        ensureRoom(length(bodies));
        buffer.clear();
        for (byte[] body : bodies) {
            int bytes = SegmentFormat.RECORD_BYTES + body.length;
            if (bytes > buffer.remaining()) {
                write(buffer);
            }
            if (bytes > buffer.capacity()) {
                ByteBuffer record = ByteBuffer.allocate(bytes);
                put(record, body, end);
                write(record);
            } else {
                put(buffer, body, end + buffer.position());
            }
        }
        write(buffer);
        file.force();
        if (!directorySynced) {
            disk.syncDirectory(path.getParent());
            directorySynced = true;
        }
        durable = end;
        content = after;
    }

    private static int length(List<byte[]> bodies) {
        int length = 0;
        for (byte[] body : bodies) {
            length += SegmentFormat.RECORD_BYTES + body.length;
        }
        return length;
    }

    private void write(ByteBuffer records) throws IOException {
        int length = records.flip().remaining();
        file.write(records, end);
        end += length;
        records.clear();
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
     * Makes durable what an earlier process may not have forced. Writes these bytes again, because a failed fsync of
     * that process may have left them readable, but not on disk.
     *
     * @param found the bytes of the file
     */
    void makeDurable(ByteBuffer found) throws IOException {
        byte[] bytes = new byte[end - durable];
        found.get(durable, bytes);
        file.write(ByteBuffer.wrap(bytes), durable);
        file.force();
        durable = end;
    }

    /**
     * Seals the segment after its last durable record and cuts off what a failed write left after it. If it throws, it
     * may be called again: it writes the bytes again, because after a failed fsync the kernel may have dropped them.
     */
    void seal() throws IOException {
        byte[] body = SegmentFormat.seal(content);
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
