package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.testing.ChildProcess;
import io.github.doorbuster.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes on two copies of one folder, with a real database. */
@Timeout(120)
class CopiedFolderIT {

    private static final String DATABASE = "copied_folder";

    @TempDir
    Path temporary;

    private final MariaDbServer database = MariaDbServer.shared();

    private ChildProcess launch(String name, Path folder, boolean takeOver) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return ChildProcess.launch(
                name,
                List.of(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CountingProcess.class.getName(),
                        database.jdbcUrl(DATABASE),
                        database.user(),
                        database.password(),
                        folder.toString(),
                        String.valueOf(takeOver)),
                Map.of(),
                temporary);
    }

    private Path copyOf(Path folder, String name) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve(name));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static void awaitViews(ChildProcess process, int views) {
        process.awaitReady(() -> accepted(process).size() >= views);
    }

    private static List<String> accepted(ChildProcess process) {
        return process.log()
                .lines()
                .filter(line -> line.startsWith(CountingProcess.ACCEPTED))
                .toList();
    }

    private static Map<String, Long> sum(ChildProcess... processes) {
        Map<String, Long> sum = new TreeMap<>();
        for (ChildProcess process : processes) {
            accepted(process)
                    .forEach(line -> sum.merge(line.substring(CountingProcess.ACCEPTED.length()), 1L, Long::sum));
        }
        return sum;
    }

    @Test
    void everyViewOfBothProcessesIsCountedOnce() throws Exception {
        database.dataSource(DATABASE);
        Path original = temporary.resolve("original");
        try (ChildProcess first = launch("first", original, false)) {
            awaitViews(first, 300);
            try (ChildProcess refused = launch("refused", copyOf(original, "copy-of-live"), false)) {
                assertThat(refused.awaitExit()).isPositive();
                assertThat(refused.log()).contains("another process owns the journal");
                assertThat(accepted(refused)).isEmpty();
            }
            Path copy = copyOf(original, "copy"); // lacks what the first process accepts from here on
            awaitViews(first, accepted(first).size() + 20);
            first.stop();
            try (ChildProcess second = launch("second", copy, true)) {
                awaitViews(second, 300);
                first.signal("CONT");
                assertThat(first.awaitExit()).isZero();
                assertThat(first.log()).contains(CountingProcess.REJECTED + "FENCED");
                second.terminate();
                second.awaitExit();
                writeRest(copy);
                writeRest(original);
                assertCounted(sum(first, second));
            }
        }
    }

    /** The process that was killed may not have printed its last view. */
    private void assertCounted(Map<String, Long> accepted) throws Exception {
        Map<String, Long> unanswered = MariaDbDatabase.countsIn(database, DATABASE);
        accepted.forEach((item, views) -> unanswered.merge(item, -views, Long::sum));
        assertThat(unanswered).allSatisfy((item, views) -> assertThat(views).isBetween(0L, 1L));
        assertThat(unanswered.values().stream().mapToLong(views -> views).sum()).isLessThanOrEqualTo(1);
    }

    private void writeRest(Path folder) throws Exception {
        try (PvPool pool = PvPool.builder()
                .store(new JdbcPvStore(database.dataSource(DATABASE)))
                .journal(Journals.of(JournalConfig.builder().journalDir(folder).build()))
                .config(PvPoolConfig.builder().takeOver(true).build())
                .build()) {
            assertThat(pool.flush()).isTrue();
            assertThat(pool.snapshot().missingViews()).isZero();
        }
    }
}
