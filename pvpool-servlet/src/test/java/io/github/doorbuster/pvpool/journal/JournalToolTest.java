package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalToolTest {

    private static final String ID = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String... args) {
        PrintStream stream = new PrintStream(out, true);
        return JournalTool.run(args, stream, stream);
    }

    private Path segment() throws IOException {
        Segment segment = new Segment(ID, 3, 0, 1);
        Path file = folder.resolve(SegmentFile.name(segment, ".segment"));
        SegmentWriter writer = SegmentWriter.create(Disk.REAL, file, segment);
        writer.append(
                List.of(SegmentFormat.views(new Views(List.of("b", "a", "b"), "k"), 1)),
                new Content(1, 3, 1),
                Disk.REAL);
        writer.append(List.of(SegmentFormat.views(new Views(List.of("c")), 1)), new Content(2, 4, 1), Disk.REAL);
        writer.seal();
        return file;
    }

    /** Flips a bit in the first record. */
    private static byte[] damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[SegmentFormat.HEADER_BYTES + 20] ^= 1;
        Files.write(file, bytes);
        return bytes;
    }

    @Test
    void checkSucceedsForUndamagedSegments() throws IOException {
        segment();
        assertThat(run("check", folder.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(ID + "\t3\tSEALED\t1970-01-01T00:00:00.001Z\t0\t2\t3\t4\t");
    }

    @Test
    void checkFailsForDamageAndLocatesIt() throws IOException {
        Path file = segment();
        byte[] bytes = damage(file);
        assertThat(run("check", folder.toString())).isEqualTo(1);
        assertThat(run("list", folder.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("DAMAGED").contains("byte 52: ");
        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void checkFailsForQuarantinedSegment() throws IOException {
        Path file = segment();
        Files.createDirectories(folder.resolve("quarantine"));
        Files.move(file, folder.resolve("quarantine").resolve(file.getFileName()));
        assertThat(run("check", folder.toString())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("QUARANTINED");
    }

    @Test
    void dumpPrintsCounts() throws IOException {
        segment();
        assertThat(run("dump", folder.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(ID + "\t3\ta\t1", ID + "\t3\tb\t2", ID + "\t3\tc\t1");
    }

    @Test
    void dumpPrintsRecordsAfterDamage() throws IOException {
        damage(segment());
        assertThat(run("dump", folder.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly(ID + "\t3\tc\t1");
    }

    @Test
    void wrongArgumentsPrintUsage() {
        assertThat(run("list")).isEqualTo(2);
        assertThat(run("eat", folder.toString())).isEqualTo(2);
        assertThat(run("list", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage: ");
    }
}
