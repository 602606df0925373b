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

/** Reads a segment back and judges its state. */
final class SegmentReader {

    private final String id;
    private final byte[] file;
    private final ByteBuffer bytes;
    private final RecordCrc crc;
    private final Map<String, long[]> counts = new HashMap<>();
    private final List<Keyed> keyed = new ArrayList<>();
    private int records;
    private long lastAcceptedAtMillis;
    private int damagedAt;
    private String damage = "";

    private SegmentReader(String id, byte[] file) {
        this.id = id;
        this.file = file;
        this.bytes = ByteBuffer.wrap(file);
        this.crc = new RecordCrc(id);
    }

    static SegmentContent read(Path path, String id) throws IOException {
        return new SegmentReader(id, Files.readAllBytes(path)).read();
    }

    /** Reads record by record; what lies behind damage is read too, so that nothing is lost that can be told. */
    private SegmentContent read() {
        SegmentFormat.Header header = SegmentFormat.readHeader(file, id);
        int offset = header == null ? 0 : SegmentFormat.HEADER_BYTES;
        if (header == null && durableBehind(0)) {
            damaged(0, "the header is not readable");
            offset = nextRecord(0);
        }
        while (true) {
            int length = validRecord(offset);
            if (length < 0) {
                if (!durableBehind(offset)) {
                    return content(header, State.OPEN, offset);
                }
                damaged(offset, "a record that was confirmed is not readable");
                offset = nextRecord(offset);
                continue;
            }
            ByteBuffer body = ByteBuffer.wrap(file, offset + SegmentFormat.RECORD_BYTES, length);
            try {
                if (body.get() == SegmentFormat.SEAL) {
                    if (body.getInt() != records) {
                        damaged(offset, "the seal counts other records");
                    }
                    return content(header, State.SEALED, offset + SegmentFormat.SEAL_BYTES);
                }
                fold(body.position(body.position() - 1));
                records++;
            } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
                damaged(offset, "a record makes no sense: " + e.getMessage());
            }
            offset += SegmentFormat.RECORD_BYTES + length;
        }
    }

    /** The length of the body of the record at an offset, or -1 if there is none. */
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

    /** Whether a later record says that the disk had confirmed what is unreadable here. */
    private boolean durableBehind(int offset) {
        for (int later = nextRecord(offset); later < file.length; later = nextRecord(later)) {
            if (bytes.getInt(later + 8) > offset) {
                return true;
            }
        }
        return false;
    }

    /** Where the next readable record behind an offset begins; the file's end if there is none. */
    private int nextRecord(int offset) {
        int next = offset + 1;
        while (next < file.length && (!mayBeRecord(next) || validRecord(next) < 0)) {
            next++;
        }
        return next;
    }

    /** Spares most bytes of a damaged region a checksum, which may be one over all the rest of the file. */
    private boolean mayBeRecord(int offset) {
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
                    keyed.add(new Keyed(SegmentFormat.readViews(body.position(start + Long.BYTES)), acceptedAtMillis));
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

    /** Remembers the first damage. */
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

    /** What a segment's bytes say about it. */
    enum State {
        /** Its writer ended before it could seal it; what follows the last good record was never confirmed. */
        OPEN,
        /** Complete; it may have been written to the store in part. */
        SEALED,
        /** Something that was confirmed cannot be read. */
        DAMAGED
    }

    /** A request that carried an Idempotency-Key. */
    record Keyed(Views views, long acceptedAtMillis) {}

    /**
     * A segment as it was read.
     *
     * @param end behind the last good record, or where the first damage is
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
            List<Keyed> keyed,
            long lastAcceptedAtMillis,
            String damage) {

        long views() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
