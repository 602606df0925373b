package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Views;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a segment. Numbers are big-endian.
 *
 * <pre>
 * header    8 magic "DBPVSEG1" | 16 segment id | 8 created at, epoch milliseconds | 4 chunk rows | 4 CRC
 * record    4 body length, not 0 | 4 CRC | 4 durable | body
 * body      1 type | ...
 *   VIEWS   8 accepted at | 1 key length | key | 4 number of ids | per id: 1 length | ASCII
 *   COUNTS  4 number of items | per item: 8 views | 1 length | ASCII
 *   SEAL    4 number of records before it
 * </pre>
 *
 * <p>Every CRC is a CRC-32C (RFC 3720) that covers the segment id, so that bytes of another segment are never valid. A
 * record's CRC also covers its offset, its {@code durable} field and its body. {@code durable} is the offset up to
 * which the segment was durable when the record was written. It tells damage from a torn write at the end of the
 * segment, whose views were never accepted.
 */
final class SegmentFormat {

    static final int HEADER_BYTES = 40;
    static final int RECORD_BYTES = 12;
    static final int SEAL_BYTES = RECORD_BYTES + 5;

    static final byte VIEWS = 1;
    static final byte COUNTS = 2;
    static final byte SEAL = 3;

    private static final byte[] MAGIC = "DBPVSEG1".getBytes(StandardCharsets.US_ASCII);
    private static final HexFormat HEX = HexFormat.of();

    private SegmentFormat() {}

    static byte[] salt(String segment) {
        return HEX.parseHex(segment);
    }

    static ByteBuffer header(String segment, long createdAtMillis, int chunkRows) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.put(MAGIC).put(salt(segment)).putLong(createdAtMillis).putInt(chunkRows);
        header.putInt(headerCrc(header.array()));
        return header.flip();
    }

    /** {@return the header, or null if the file does not begin with a valid header of this segment} */
    static @Nullable Header readHeader(byte[] file, String segment) {
        if (file.length < HEADER_BYTES) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file, 0, HEADER_BYTES);
        boolean valid = Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && bytes.getInt(HEADER_BYTES - 4) == headerCrc(file)
                && segment.equals(HEX.formatHex(file, MAGIC.length, MAGIC.length + 16));
        return valid ? new Header(bytes.getLong(24), bytes.getInt(32)) : null;
    }

    private static int headerCrc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, HEADER_BYTES - 4);
        return (int) crc.getValue();
    }

    /** Encodes the body of a {@code VIEWS} record. */
    static byte[] views(Views views, long acceptedAtMillis) {
        byte[] key = ascii(views.idempotencyKey() == null ? "" : views.idempotencyKey());
        int length = 1 + 8 + 1 + key.length + 4;
        for (String id : views.ids()) {
            length += 1 + id.length();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        body.put(VIEWS).putLong(acceptedAtMillis).put((byte) key.length).put(key);
        body.putInt(views.ids().size());
        for (String id : views.ids()) {
            body.put((byte) id.length()).put(ascii(id));
        }
        return body.array();
    }

    /** Encodes the body of a {@code COUNTS} record. */
    static byte[] counts(Map<String, Long> counts) {
        int length = 1 + 4;
        for (String id : counts.keySet()) {
            length += 8 + 1 + id.length();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        body.put(COUNTS).putInt(counts.size());
        counts.forEach(
                (id, views) -> body.putLong(views).put((byte) id.length()).put(ascii(id)));
        return body.array();
    }

    /** Encodes the body of a {@code SEAL} record. */
    static byte[] seal(int records) {
        return ByteBuffer.allocate(5).put(SEAL).putInt(records).array();
    }

    /** Decodes the body of a {@code VIEWS} record, from the key on. */
    static Views readViews(ByteBuffer body) {
        String key = text(body);
        int size = body.getInt();
        List<String> ids = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            ids.add(text(body));
        }
        return new Views(ids, key.isEmpty() ? null : key);
    }

    /** Decodes a text with its length in front. */
    static String text(ByteBuffer body) {
        int length = body.get() & 0xff;
        String text = new String(body.array(), body.arrayOffset() + body.position(), length, StandardCharsets.US_ASCII);
        body.position(body.position() + length);
        return text;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The contents of a header. */
    record Header(long createdAtMillis, int chunkRows) {}
}
