package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Units;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
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
 * header    8 magic "DBPVSEG2" | 16 journal id | 8 number | 8 views before | 8 created at, epoch milliseconds | 4 CRC
 * record    4 body length, not 0 | 4 CRC | 4 durable | body
 * body      1 type | ...
 *   VIEWS   8 accepted at | 1 key length | key | 4 number of ids | per id: 1 length | ASCII
 *   COUNTS  4 number of items | per item: 8 views | 1 length | ASCII
 *   SEAL    4 number of records before it | 8 views in them | 8 when the last one with a key was accepted, or 0
 * </pre>
 *
 * <p>An id with the byte 1 behind it is a view that is taken off. {@code views before} are the views in all earlier
 * segments of the journal. Every CRC is a CRC-32C (RFC 3720) that covers the journal id and the number, so that bytes
 * of another segment are never valid. A record's CRC also covers its offset, its {@code durable} field and its body.
 * {@code durable} is the offset up to which the segment was durable when the record was written. It tells damage from a
 * torn write at the end of the segment, whose views were never accepted.
 */
final class SegmentFormat {

    static final int HEADER_BYTES = 52;
    static final int RECORD_BYTES = 12;
    static final int SEAL_BYTES = RECORD_BYTES + 21;

    static final byte VIEWS = 1;
    static final byte COUNTS = 2;
    static final byte SEAL = 3;

    private static final byte[] MAGIC = "DBPVSEG2".getBytes(StandardCharsets.US_ASCII);
    private static final HexFormat HEX = HexFormat.of();

    private SegmentFormat() {}

    /** What every CRC of a segment covers. */
    static byte[] salt(Segment segment) {
        return ByteBuffer.allocate(24)
                .put(HEX.parseHex(segment.journal()))
                .putLong(segment.number())
                .array();
    }

    static ByteBuffer header(Segment segment) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.put(MAGIC).put(salt(segment)).putLong(segment.viewsBefore()).putLong(segment.createdAtMillis());
        header.putInt(headerCrc(header.array()));
        return header.flip();
    }

    /** {@return the segment that a file begins with, or null if the file does not begin with a valid header} */
    static @Nullable Segment readHeader(ByteBuffer file) {
        if (file.limit() < HEADER_BYTES) {
            return null;
        }
        byte[] header = new byte[HEADER_BYTES];
        file.get(0, header);
        ByteBuffer fields = ByteBuffer.wrap(header);
        boolean valid = Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && fields.getInt(HEADER_BYTES - 4) == headerCrc(header);
        return valid
                ? new Segment(HEX.formatHex(header, 8, 24), fields.getLong(24), fields.getLong(32), fields.getLong(40))
                : null;
    }

    private static int headerCrc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, HEADER_BYTES - 4);
        return (int) crc.getValue();
    }

    /** Encodes the body of a {@code VIEWS} record. */
    static byte[] views(Views views, long acceptedAtMillis) {
        String key = views.idempotencyKey() == null ? "" : views.idempotencyKey();
        List<String> units = views.units();
        int length = 1 + 8 + 1 + key.length() + 4;
        for (String unit : units) {
            length += 1 + unit.length();
        }
        byte[] body = new byte[length];
        ByteBuffer.wrap(body).put(VIEWS).putLong(acceptedAtMillis);
        int at = put(key, body, 1 + 8);
        ByteBuffer.wrap(body).putInt(at, units.size());
        at += 4;
        for (String unit : units) {
            at = put(unit, body, at);
        }
        return body;
    }

    /** Encodes the body of a {@code COUNTS} record. */
    static byte[] counts(Map<String, Long> counts) {
        int length = 1 + 4;
        for (String id : counts.keySet()) {
            length += 8 + 1 + id.length();
        }
        byte[] body = new byte[length];
        ByteBuffer numbers = ByteBuffer.wrap(body).put(COUNTS).putInt(counts.size());
        int at = numbers.position();
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            numbers.putLong(at, count.getValue());
            at = put(count.getKey(), body, at + 8);
        }
        return body;
    }

    /** Encodes the body of a {@code SEAL} record. */
    static byte[] seal(Content content) {
        return ByteBuffer.allocate(21)
                .put(SEAL)
                .putInt(content.records())
                .putLong(content.views())
                .putLong(content.lastKeyMillis())
                .array();
    }

    /** Decodes the body of a {@code SEAL} record after its type. */
    static Content readSeal(ByteBuffer body) {
        return new Content(body.getInt(), body.getLong(), body.getLong());
    }

    /** Decodes the body of a {@code VIEWS} record, from the key on. */
    static Views readViews(ByteBuffer body) {
        String key = text(body);
        int size = body.getInt();
        List<String> units = new ArrayList<>(Math.min(size, body.remaining()));
        for (int i = 0; i < size; i++) {
            units.add(text(body));
        }
        return Units.views(units, key.isEmpty() ? null : key);
    }

    /** Decodes a text with its length in front. */
    static String text(ByteBuffer body) {
        byte[] text = new byte[body.get() & 0xff];
        body.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Encodes an ASCII text with its length in front. Returns the offset after it. */
    @SuppressWarnings("deprecation") // drops the high byte of each character, which is zero, and makes no copy
    private static int put(String text, byte[] body, int at) {
        int length = text.length();
        body[at] = (byte) length;
        text.getBytes(0, length, body, at + 1);
        return at + 1 + length;
    }

    /**
     * What the records of a segment have.
     *
     * @param lastKeyMillis when its last request with an Idempotency-Key was accepted, or 0
     */
    record Content(int records, long views, long lastKeyMillis) {

        static final Content NONE = new Content(0, 0, 0);

        Content plus(int moreRecords, long moreViews, long keyMillis) {
            return new Content(records + moreRecords, views + moreViews, Math.max(lastKeyMillis, keyMillis));
        }

        /** Not {@code equals}: with that of a record, the JDK keeps the class loader of the application. */
        boolean isSame(Content other) {
            return records == other.records && views == other.views && lastKeyMillis == other.lastKeyMillis;
        }
    }
}
