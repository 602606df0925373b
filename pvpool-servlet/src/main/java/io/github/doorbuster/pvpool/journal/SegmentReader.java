package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Views;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a segment and determines its state. */
final class SegmentReader {

    private final String id;
    private final byte[] file;
    private final ByteBuffer bytes;
    private final RecordCrc crc;
    private final Map<String, long[]> counts = new HashMap<>();
    private final List<KeyedRequest> keyed = new ArrayList<>();
    private int records;
    private long lastAcceptedAtMillis;
    private int damagedAt;
    private String damage = "";

    private SegmentReader(String id, byte[] file, RecordCrc crc) {
        this.id = id;
        this.file = file;
        this.bytes = ByteBuffer.wrap(file);
        this.crc = crc;
    }

    static SegmentContent read(Path path, String id) throws IOException {
        return read(Files.readAllBytes(path), id, new RecordCrc(id));
    }

    static SegmentContent read(byte[] file, String id, RecordCrc crc) {
        return new SegmentReader(id, file, crc).read();
    }

    /** Reads record by record, also after damage, so that everything readable is found. */
    private SegmentContent read() {
        SegmentFormat.Header header = SegmentFormat.readHeader(file, id);
        int offset = header == null ? 0 : SegmentFormat.HEADER_BYTES;
        if (header == null && wasDurable(0)) {
            damaged(0, "the header is not readable");
            offset = nextRecord(0);
        }
        while (true) {
            int length = validRecord(offset);
            if (length < 0) {
                if (!wasDurable(offset)) {
                    return content(header, State.OPEN, offset);
                }
                damaged(offset, "a record that was durable is not readable");
                offset = nextRecord(offset);
                continue;
            }
            ByteBuffer body = ByteBuffer.wrap(file, offset + SegmentFormat.RECORD_BYTES, length);
            try {
                if (body.get() == SegmentFormat.SEAL) {
                    if (body.getInt() != records) {
                        damaged(offset, "the seal has another number of records");
                    }
                    return content(header, State.SEALED, offset + SegmentFormat.SEAL_BYTES);
                }
                fold(body.position(body.position() - 1));
                records++;
            } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
                damaged(offset, "a record cannot be decoded: " + e.getMessage());
            }
            offset += SegmentFormat.RECORD_BYTES + length;
        }
    }

    /** The length of the body of the record at an offset, or -1 if there is no valid record. */
    private int validRecord(int offset) {
        if (offset + SegmentFormat.RECORD_BYTES >= file.length) {
            return -1;
        }
        int length = bytes.getInt(offset);
        if (length <= 0 || length > file.length - offset - SegmentFormat.RECORD_BYTES) {
            return -1;
        }
        int sum = crc.of(offset, bytes.getInt(offset + 8), file, offset + SegmentFormat.RECORD_BYTES, length);
        return sum == bytes.getInt(offset + 4) ? length : -1;
    }

    /** Whether a later record states that the bytes at an offset were durable. */
    private boolean wasDurable(int offset) {
        for (int later = nextRecord(offset); later < file.length; later = nextRecord(later)) {
            if (bytes.getInt(later + 8) > offset) {
                return true;
            }
        }
        return false;
    }

    /** The offset of the next valid record after an offset, or the end of the file. */
    private int nextRecord(int offset) {
        int next = offset + 1;
        while (next < file.length && (!looksLikeRecord(next) || validRecord(next) < 0)) {
            next++;
        }
        return next;
    }

    /** A cheap check that rules out most offsets: a checksum may cover the whole rest of the file. */
    private boolean looksLikeRecord(int offset) {
        if (offset + SegmentFormat.RECORD_BYTES >= file.length) {
            return false;
        }
        int durable = bytes.getInt(offset + 8);
        byte type = file[offset + SegmentFormat.RECORD_BYTES];
        return durable >= 0 && durable <= offset && type >= SegmentFormat.VIEWS && type <= SegmentFormat.SEAL;
    }

    private void fold(ByteBuffer body) {
        switch (body.get()) {
            case SegmentFormat.VIEWS -> {
                int start = body.position();
                long acceptedAtMillis = body.getLong();
                boolean hasKey = !SegmentFormat.text(body).isEmpty();
                for (int left = body.getInt(); left > 0; left--) {
                    add(SegmentFormat.text(body), 1);
                }
                lastAcceptedAtMillis = Math.max(lastAcceptedAtMillis, acceptedAtMillis);
                if (hasKey) {
                    keyed.add(new KeyedRequest(
                            SegmentFormat.readViews(body.position(start + Long.BYTES)), acceptedAtMillis));
                }
            }
            case SegmentFormat.COUNTS -> {
                for (int left = body.getInt(); left > 0; left--) {
                    long views = body.getLong();
                    add(SegmentFormat.text(body), views);
                }
            }
            default -> throw new IllegalArgumentException("unknown type");
        }
    }

    private void add(String item, long views) {
        long[] sum = counts.get(item);
        if (sum == null) {
            counts.put(item, new long[] {views});
        } else {
            sum[0] += views;
        }
    }

    /** Records the first damage. */
    private void damaged(int offset, String what) {
        if (damage.isEmpty()) {
            damagedAt = offset;
            damage = what;
        }
    }

    private SegmentContent content(SegmentFormat.@Nullable Header header, State undamaged, int end) {
        return new SegmentContent(
                id,
                damage.isEmpty() ? undamaged : State.DAMAGED,
                header == null ? 0 : header.createdAtMillis(),
                header == null ? 0 : header.chunkRows(),
                records,
                damage.isEmpty() ? end : damagedAt,
                file.length,
                sums(),
                keyed,
                lastAcceptedAtMillis,
                damage);
    }

    private Map<String, Long> sums() {
        Map<String, Long> sums = new HashMap<>();
        counts.forEach((item, sum) -> sums.put(item, sum[0]));
        return sums;
    }

    /** The state of a segment. */
    enum State {
        /** The process ended before it sealed the segment. Bytes after the last valid record were never durable. */
        OPEN,
        /** Complete. Some of its counts may be in the store. */
        SEALED,
        /** Something that was durable cannot be read. */
        DAMAGED
    }

    /** A request with an Idempotency-Key. */
    record KeyedRequest(Views views, long acceptedAtMillis) {}

    /**
     * The content of a segment.
     *
     * @param end the offset after the last valid record, or of the first damage
     * @param size the size of the file, in bytes
     * @param damage what is damaged first; empty if nothing is
     */
    record SegmentContent(
            String id,
            State state,
            long createdAtMillis,
            int chunkRows,
            int records,
            int end,
            int size,
            Map<String, Long> counts,
            List<KeyedRequest> keyed,
            long lastAcceptedAtMillis,
            String damage) {

        long views() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
