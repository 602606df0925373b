package io.github.doorbuster.pvpool.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Computes the CRCs of a segment's records. Reused, because a segment has up to a million of them. Not thread-safe. */
class RecordCrc {

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer prefix;
    private final int saltBytes;

    RecordCrc(String segment) {
        byte[] salt = SegmentFormat.salt(segment);
        saltBytes = salt.length;
        prefix = ByteBuffer.allocate(saltBytes + 8).put(salt);
    }

    int of(int offset, int durable, byte[] bytes, int from, int length) {
        prefix.putInt(saltBytes, offset).putInt(saltBytes + 4, durable);
        crc.reset();
        crc.update(prefix.array());
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
