package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Computes the CRCs of a segment's records. Reused, because a segment has up to a million of them. Not thread-safe. */
class RecordCrc {

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer prefix;
    private final int saltBytes;

    RecordCrc(Segment segment) {
        byte[] salt = SegmentFormat.salt(segment);
        saltBytes = salt.length;
        prefix = ByteBuffer.allocate(saltBytes + 8).put(salt);
    }

    int of(int offset, int durable, byte[] bytes, int from, int length) {
        begin(offset, durable);
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    int of(int offset, int durable, ByteBuffer file, int from, int length) {
        begin(offset, durable);
        crc.update(file.slice(from, length));
        return (int) crc.getValue();
    }

    private void begin(int offset, int durable) {
        prefix.putInt(saltBytes, offset).putInt(saltBytes + 4, durable);
        crc.reset();
        crc.update(prefix.array());
    }
}
