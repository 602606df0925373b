package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.FakeFolder.Fault;
import io.github.doorbuster.pvpool.journal.SegmentFormat.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** What a start finds after a process was killed, and what is left of it after a loss of power. */
class RecoveryTest {

    private static final Segment ID = new Segment("0123456789abcdef0123456789abcdef", 7, 100, 1000);
    private static final Path PATH = Path.of("/journal");

    /** Loses each write that was not forced. */
    private static final Random LOSE_ALL = new Random() {
        private static final long serialVersionUID = 1L;

        @Override
        public int nextInt(int bound) {
            return bound - 1;
        }
    };

    private boolean forceFails;
    private final FakeFolder folder = new FakeFolder(fault -> fault == Fault.FORCE_FAILS && forceFails, true);
    private final Disk disk = folder.disk(() -> {});

    private static void append(SegmentWriter writer, Disk disk, String... ids) throws IOException {
        Content after = writer.content().plus(1, ids.length, 0);
        writer.append(List.of(SegmentFormat.views(new Views(List.of(ids)), 2000)), after, disk);
    }

    private SegmentWriter killedWithRecords() throws IOException {
        SegmentWriter writer = SegmentWriter.create(disk, PATH.resolve(SegmentFile.name(ID, SegmentFile.WAITING)), ID);
        append(writer, disk, "a", "b");
        forceFails = true;
        assertThatIOException().isThrownBy(() -> append(writer, disk, "a", "c"));
        forceFails = false;
        return writer;
    }

    private Map<String, Long> startAndRead() throws IOException {
        Map<String, Long> counts = new HashMap<>();
        try (OpenFolder opened = OpenFolder.open(PATH, disk, Clock.systemUTC(), System::nanoTime, 0, Mockito.mock())) {
            for (Segment segment : opened.catalogue().waitingSegments()) {
                assertThat(opened.read(segment, (id, views) -> counts.merge(id, views, Long::sum)))
                        .isTrue();
            }
        }
        return counts;
    }

    private void startFails() {
        forceFails = true;
        assertThatIOException().isThrownBy(this::startAndRead);
        forceFails = false;
    }

    @Test
    void recordsThatWereReadSurviveALossOfPower() throws Exception {
        killedWithRecords();
        Map<String, Long> read = startAndRead();
        assertThat(read).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L));
        folder.losePower(LOSE_ALL);
        assertThat(startAndRead()).isEqualTo(read);
    }

    @Test
    void sealThatWasNotForcedIsForcedByTheNextStart() throws Exception {
        killedWithRecords();
        startFails();
        Map<String, Long> read = startAndRead();
        assertThat(read).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L));
        folder.losePower(LOSE_ALL);
        assertThat(startAndRead()).isEqualTo(read);
    }

    @Test
    void sealOfKilledProcessIsForcedByTheNextStart() throws Exception {
        SegmentWriter writer = killedWithRecords();
        forceFails = true;
        assertThatIOException().isThrownBy(writer::seal);
        forceFails = false;
        Map<String, Long> read = startAndRead();
        assertThat(read).isEqualTo(Map.of("a", 1L, "b", 1L));
        folder.losePower(LOSE_ALL);
        assertThat(startAndRead()).isEqualTo(read);
    }

    @Test
    void secondStartAfterFailedOnesFindsTheSame() throws Exception {
        killedWithRecords();
        startFails();
        startFails();
        assertThat(startAndRead()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L));
        folder.losePower(LOSE_ALL);
        assertThat(startAndRead()).isEqualTo(Map.of("a", 2L, "b", 1L, "c", 1L));
    }
}
