package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal.Counts;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment record by record, and determines its state. It keeps no records, so the heap does not depend on the
 * size of the segment.
 */
final class SegmentReader {

    private final ByteBuffer file;
    private final RecordCrc crc;
    private final Visitor visitor;
    private Content content = Content.NONE;
    private int durable;
    private int damagedAt;
    private String damage = "";

    private SegmentReader(RecordCrc crc, ByteBuffer file, Visitor visitor) {
        this.file = file;
        this.crc = crc;
        this.visitor = visitor;
    }

    /**
     * Reads a segment. It continues after damage, to find all readable records.
     *
     * @param named the segment by the name of its file; its header has the rest
     */
    static SegmentContent read(Segment named, ByteBuffer file, Visitor visitor) {
        return read(named, file, visitor, new RecordCrc(named));
    }

    static SegmentContent read(Segment named, ByteBuffer file, Visitor visitor, RecordCrc crc) {
        Segment header = SegmentFormat.readHeader(file);
        boolean valid = header != null
                && header.number() == named.number()
                && header.journal().equals(named.journal());
        return new SegmentReader(crc, file, visitor).read(named, valid ? header : null);
    }

    /** The content by header and seal, or null if the file does not end with a valid seal. Reads nothing between. */
    static @Nullable SegmentContent readSealed(Segment named, ByteBuffer file) {
        Segment header = SegmentFormat.readHeader(file);
        int seal = file.limit() - SegmentFormat.SEAL_BYTES;
        if (header == null
                || header.number() != named.number()
                || !header.journal().equals(named.journal())
                || seal < SegmentFormat.HEADER_BYTES) {
            return null;
        }
        SegmentReader reader = new SegmentReader(new RecordCrc(named), file, Visitor.of((id, views) -> {}));
        int length = reader.validRecord(seal);
        int body = seal + SegmentFormat.RECORD_BYTES;
        if (length != SegmentFormat.SEAL_BYTES - SegmentFormat.RECORD_BYTES || file.get(body) != SegmentFormat.SEAL) {
            return null;
        }
        Content content = SegmentFormat.readSeal(file.slice(body + 1, length - 1));
        return new SegmentContent(header, State.SEALED, content, file.getInt(seal + 8), file.limit(), file.limit(), "");
    }

    private SegmentContent read(Segment named, @Nullable Segment header) {
        int offset = header == null ? 0 : SegmentFormat.HEADER_BYTES;
        if (header == null && wasDurable(0)) {
            damaged(0, "the header is not readable");
            offset = nextRecord(0);
        }
        Segment segment = header == null ? named : header;
        while (true) {
            int length = validRecord(offset);
            if (length < 0) {
                if (!wasDurable(offset)) {
                    return content(segment, State.OPEN, offset);
                }
                damaged(offset, "a record that was durable is not readable");
                offset = nextRecord(offset);
                continue;
            }
            durable = Math.max(durable, file.getInt(offset + 8));
            ByteBuffer body = file.slice(offset + SegmentFormat.RECORD_BYTES, length);
            try {
                if (body.get(0) == SegmentFormat.SEAL) {
                    if (!SegmentFormat.readSeal(body.position(1)).isSame(content)) {
                        damaged(offset, "the seal has other numbers than the records");
                    }
                    return content(segment, State.SEALED, offset + SegmentFormat.SEAL_BYTES);
                }
                content = read(body);
                visitor.recordEnded();
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                damaged(offset, "a record cannot be decoded: " + e.getMessage());
            }
            offset += SegmentFormat.RECORD_BYTES + length;
        }
    }

    /** The length of the body of the record at an offset, or -1 if there is no valid record. */
    private int validRecord(int offset) {
        if (offset + SegmentFormat.RECORD_BYTES >= file.limit()) {
            return -1;
        }
        int length = file.getInt(offset);
        if (length <= 0 || length > file.limit() - offset - SegmentFormat.RECORD_BYTES) {
            return -1;
        }
        int sum = crc.of(offset, file.getInt(offset + 8), file, offset + SegmentFormat.RECORD_BYTES, length);
        return sum == file.getInt(offset + 4) ? length : -1;
    }

    /** Whether a later record states that the bytes at an offset were durable. */
    private boolean wasDurable(int offset) {
        for (int later = nextRecord(offset); later < file.limit(); later = nextRecord(later)) {
            if (file.getInt(later + 8) > offset) {
                return true;
            }
        }
        return false;
    }

    /** The offset of the next valid record after an offset, or the end of the file. */
    private int nextRecord(int offset) {
        int next = offset + 1;
        while (next < file.limit() && (!looksLikeRecord(next) || validRecord(next) < 0)) {
            next += isZero(next + SegmentFormat.RECORD_BYTES) ? Long.BYTES : 1;
        }
        return Math.min(next, file.limit());
    }

    /**
     * Whether eight bytes are zero, as the room that is reserved for further records. Then none of them begins a
     * record.
     */
    private boolean isZero(int offset) {
        return offset + Long.BYTES <= file.limit() && file.getLong(offset) == 0;
    }

    /** A cheap check that excludes most offsets, because a checksum may cover the whole rest of the file. */
    private boolean looksLikeRecord(int offset) {
        if (offset + SegmentFormat.RECORD_BYTES >= file.limit()) {
            return false;
        }
        int durable = file.getInt(offset + 8);
        byte type = file.get(offset + SegmentFormat.RECORD_BYTES);
        return durable >= 0 && durable <= offset && type >= SegmentFormat.VIEWS && type <= SegmentFormat.SEAL;
    }

    private Content read(ByteBuffer body) {
        switch (body.get()) {
            case SegmentFormat.VIEWS -> {
                long acceptedAtMillis = body.getLong();
                int keyAt = body.position();
                boolean hasKey = body.get(keyAt) != 0;
                body.position(keyAt + 1 + (body.get(keyAt) & 0xff));
                int size = body.getInt();
                for (int left = size; left > 0; left--) {
                    visitor.counts(SegmentFormat.text(body), 1);
                }
                if (hasKey) {
                    visitor.keyed(SegmentFormat.readViews(body.position(keyAt)), acceptedAtMillis);
                }
                return content.plus(1, size, hasKey ? acceptedAtMillis : 0);
            }
            case SegmentFormat.COUNTS -> {
                long sum = 0;
                for (int left = body.getInt(); left > 0; left--) {
                    long views = body.getLong();
                    visitor.counts(SegmentFormat.text(body), views);
                    sum += views;
                }
                return content.plus(1, sum, 0);
            }
            default -> throw new IllegalArgumentException("unknown type");
        }
    }

    /** Records the first damage. */
    private void damaged(int offset, String what) {
        if (damage.isEmpty()) {
            damagedAt = offset;
            damage = what;
        }
    }

    private SegmentContent content(Segment segment, State undamaged, int end) {
        return new SegmentContent(
                segment,
                damage.isEmpty() ? undamaged : State.DAMAGED,
                content,
                durable,
                damage.isEmpty() ? end : damagedAt,
                file.limit(),
                damage);
    }

    /** Receives what is in a segment. */
    interface Visitor {

        /** Views of an item; an item may come several times. */
        void counts(String id, long views);

        /** A request with an Idempotency-Key, whose views were visited before. */
        default void keyed(Views views, long acceptedAtMillis) {}

        /** The end of a record. */
        default void recordEnded() {}

        /** A visitor that takes only the counts. */
        static Visitor of(Counts counts) {
            return new Visitor() {
                @Override
                public void counts(String id, long views) {
                    counts.add(id, views);
                }

                @Override
                public void recordEnded() {
                    counts.recordEnded();
                }
            };
        }
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

    /**
     * What a file has.
     *
     * @param durable the offset up to which the records state that the file was durable
     * @param end the offset after the last valid record, or of the first damage
     * @param size the size of the file, in bytes
     * @param damage what is damaged first; empty if nothing is
     */
    record SegmentContent(
            Segment segment, State state, Content content, int durable, int end, int size, String damage) {}
}
