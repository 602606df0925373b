package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTest {

    private static final Segment ID = new Segment("0123456789abcdef0123456789abcdef", 7, 100, 1000);

    @TempDir
    Path folder;

    private Path file;
    private SegmentWriter writer;
    private final List<Integer> ends = new ArrayList<>();

    @BeforeEach
    void createSegment() throws IOException {
        file = folder.resolve("a.segment");
        writer = SegmentWriter.create(Disk.REAL, file, ID);
        ends.add(writer.end());
    }

    private void append(String... ids) throws IOException {
        append(new Views(List.of(ids)), 0);
    }

    private void append(Views views, long keyMillis) throws IOException {
        append(keyMillis, views);
    }

    private void append(long keyMillis, Views... group) throws IOException {
        Content after = writer.content();
        List<byte[]> bodies = new ArrayList<>();
        for (Views views : group) {
            bodies.add(SegmentFormat.views(views, keyMillis == 0 ? 2000 : keyMillis));
            after = after.plus(1, views.ids().size(), keyMillis);
        }
        writer.append(bodies, after, Disk.REAL);
        ends.add(writer.end());
    }

    private void appendSome(int records) throws IOException {
        for (int i = 0; i < records; i++) {
            append("item" + i, "all");
        }
    }

    /** The content of a segment, and what a visitor saw of it. */
    private record Seen(SegmentContent content, Map<String, Long> counts, List<Keyed> keyed) {

        State state() {
            return content.state();
        }

        int records() {
            return content.content().records();
        }

        int end() {
            return content.end();
        }
    }

    private record Keyed(Views views, long acceptedAtMillis) {}

    private Seen read() throws IOException {
        return read(Files.readAllBytes(file));
    }

    private static Seen read(byte[] bytes) {
        return read(ID, bytes, new RecordCrc(ID));
    }

    private static Seen read(Segment segment, byte[] bytes, RecordCrc crc) {
        Map<String, Long> counts = new HashMap<>();
        List<Keyed> keyed = new ArrayList<>();
        SegmentContent content = SegmentReader.read(
                segment,
                ByteBuffer.wrap(bytes),
                new SegmentReader.Visitor() {
                    @Override
                    public void counts(String id, long views) {
                        counts.merge(id, views, Long::sum);
                    }

                    @Override
                    public void keyed(Views views, long acceptedAtMillis) {
                        keyed.add(new Keyed(views, acceptedAtMillis));
                    }
                },
                crc);
        return new Seen(content, counts, keyed);
    }

    @Test
    void readsAppendedViews() throws IOException {
        append("a", "b", "a");
        append("b");
        writer.seal();
        Seen content = read();
        assertThat(content.state()).isEqualTo(State.SEALED);
        assertThat(content.counts()).isEqualTo(Map.of("a", 2L, "b", 2L));
        assertThat(content.records()).isEqualTo(2);
        assertThat(content.content().segment()).isEqualTo(ID);
        assertThat(content.content().content()).isEqualTo(new Content(2, 4, 0));
        assertThat(SegmentReader.readSealed(ID, ByteBuffer.wrap(Files.readAllBytes(file))))
                .isEqualTo(content.content());
    }

    @Test
    void readsCounts() throws IOException {
        writer.append(
                List.of(SegmentFormat.counts(Map.of("a", 7L, "b", 1L << 50))),
                new Content(1, 7 + (1L << 50), 0),
                Disk.REAL);
        writer.seal();
        assertThat(read().counts()).isEqualTo(Map.of("a", 7L, "b", 1L << 50));
        assertThat(read().state()).isEqualTo(State.SEALED);
    }

    @Test
    void readsIdempotencyKeyAndTime() throws IOException {
        Views views = new Views(List.of("a"), "key-1");
        append(views, 4711);
        assertThat(read().keyed()).containsExactly(new Keyed(views, 4711));
        assertThat(read().content().content().lastKeyMillis()).isEqualTo(4711);
    }

    @Test
    void readsLongestKey() throws IOException {
        Views views = new Views(List.of("x".repeat(64)), "k".repeat(Views.MAX_KEY_LENGTH));
        append(views, 1);
        assertThat(read().keyed()).extracting(Keyed::views).containsExactly(views);
    }

    @Test
    void unsealedSegmentIsOpen() throws IOException {
        appendSome(3);
        Seen content = read();
        assertThat(content.state()).isEqualTo(State.OPEN);
        assertThat(content.records()).isEqualTo(3);
        assertThat(content.end()).isEqualTo(writer.end());
    }

    @Test
    void truncationKeepsEarlierRecords() throws IOException {
        appendSome(8);
        byte[] whole = Files.readAllBytes(file);
        for (int length = ends.get(5); length < ends.get(8); length++) {
            int complete = length >= ends.get(7) ? 7 : length >= ends.get(6) ? 6 : 5;
            Seen content = read(Arrays.copyOf(whole, length));
            assertThat(content.state()).as("cut at %d", length).isEqualTo(State.OPEN);
            assertThat(content.records()).as("cut at %d", length).isEqualTo(complete);
            assertThat(content.counts()).containsEntry("all", (long) complete);
        }
    }

    @Test
    void zeroedEndKeepsEarlierRecords() throws IOException {
        appendSome(4);
        byte[] whole = Files.readAllBytes(file);
        for (int from = ends.get(3); from < ends.get(4); from++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, from, torn.length, (byte) 0);
            assertThat(read(torn).records()).as("zeroed from %d", from).isEqualTo(3);
        }
    }

    @Test
    void flippedBitDamagesOneRecord() throws IOException {
        appendSome(4);
        byte[] whole = Arrays.copyOf(Files.readAllBytes(file), ends.get(4) + 100); // and some zeros
        for (int at = 0; at < ends.get(3); at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << bit);
                Seen content = read(flipped);
                assertThat(content.state()).as("byte %d bit %d", at, bit).isEqualTo(State.DAMAGED);
                assertThat(content.counts())
                        .as("byte %d bit %d", at, bit)
                        .containsEntry("all", at < SegmentFormat.HEADER_BYTES ? 4L : 3L);
            }
        }
    }

    @Test
    void flippedBitDamagesRecordOrSeal() throws IOException {
        appendSome(2);
        writer.seal();
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Seen content = read(flipped);
            if (at < ends.get(2)) {
                assertThat(content.state()).as("byte %d", at).isEqualTo(State.DAMAGED);
            } else {
                assertThat(content.state()).as("byte %d", at).isEqualTo(State.OPEN);
                assertThat(content.counts()).containsEntry("all", 2L);
            }
        }
    }

    @Test
    void tornGroupIsDiscarded() throws IOException {
        appendSome(2);
        append(0, new Views(List.of("x")), new Views(List.of("y")), new Views(List.of("z")));
        byte[] torn = Files.readAllBytes(file);
        torn[ends.get(2) + SegmentFormat.RECORD_BYTES] ^= 1;
        Seen content = read(torn);
        assertThat(content.state()).isEqualTo(State.OPEN);
        assertThat(content.counts()).isEqualTo(Map.of("item0", 1L, "item1", 1L, "all", 2L));
    }

    @Test
    void recordsOfAnotherSegmentAreInvalid() throws IOException {
        appendSome(3);
        byte[] stale = Files.readAllBytes(file);
        for (Segment other :
                List.of(new Segment(ID.journal(), 8, 100, 1000), new Segment("f".repeat(32), 7, 100, 1000))) {
            ByteBuffer.wrap(stale).put(SegmentFormat.header(other));
            Seen content = read(other, stale, new RecordCrc(other));
            assertThat(content.state()).isEqualTo(State.OPEN);
            assertThat(content.records()).isZero();
        }
    }

    @Test
    void tornHeaderIsEmptySegment() {
        assertThat(read(new byte[0]).state()).isEqualTo(State.OPEN);
        assertThat(read(new byte[4096]).records()).isZero();
        assertThat(read(Arrays.copyOf(SegmentFormat.header(ID).array(), 17)).state())
                .isEqualTo(State.OPEN);
    }

    @Test
    void skipsGarbageWithFewChecksums() throws IOException {
        appendSome(200);
        byte[] bytes = Files.readAllBytes(file);
        // Every fourth offset holds a length that fits into the file, so only the other fields rule the offset out.
        ByteBuffer garbage = ByteBuffer.wrap(bytes, ends.get(50), ends.get(150) - ends.get(50));
        while (garbage.remaining() >= Integer.BYTES) {
            garbage.putInt(100 + garbage.remaining() % 1000);
        }
        CountingCrc crc = new CountingCrc();
        Seen content = read(ID, bytes, crc);
        assertThat(content.state()).isEqualTo(State.DAMAGED);
        assertThat(content.counts()).containsEntry("all", 100L);
        assertThat(crc.checksums).isLessThan(300);
    }

    private static final class CountingCrc extends RecordCrc {

        private int checksums;

        CountingCrc() {
            super(ID);
        }

        @Override
        int of(int offset, int durable, ByteBuffer bytes, int from, int length) {
            checksums++;
            return super.of(offset, durable, bytes, from, length);
        }
    }

    @Test
    void fileWithOtherMagicIsNoSegment() {
        byte[] header = SegmentFormat.header(ID).array();
        assertThat(SegmentFormat.readHeader(ByteBuffer.wrap(header))).isEqualTo(ID);
        byte[] other = header.clone();
        other[7] = '9';
        CRC32C crc = new CRC32C();
        crc.update(other, 0, SegmentFormat.HEADER_BYTES - 4);
        ByteBuffer.wrap(other).putInt(SegmentFormat.HEADER_BYTES - 4, (int) crc.getValue());
        assertThat(SegmentFormat.readHeader(ByteBuffer.wrap(other))).isNull();
    }
}
