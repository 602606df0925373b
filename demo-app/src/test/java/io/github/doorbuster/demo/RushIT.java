package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small rush. */
class RushIT {

    private static final List<String> SMALL =
            List.of("rush", "--seconds", "2", "--buyers", "24", "--viewers", "4", "--stock", "1000");

    @TempDir
    Path folder;

    @Test
    void comparesAllScenariosOnMariaDb() throws Exception {
        Path report = folder.resolve("rush.html");
        List<String> options = Stream.of(
                        SMALL,
                        DemoDatabase.on(MariaDbServer.shared()).options(),
                        List.of("--report", report.toString()))
                .flatMap(List::stream)
                .toList();
        try (DemoProcess rush = DemoProcess.launch(options, Map.of())) {
            assertThat(rush.awaitExit()).as(rush.log()).isZero();

            // no kit, lock, pool, lock + pool
            assertThat(row(rush, "purchases sold")).hasSize(4).allMatch(sold -> sold > 0);
            assertThat(row(rush, "oversold")).containsExactly(0L, 0L, 0L, 0L);
            assertThat(row(rush, "views lost")).containsExactly(0L, 0L, 0L, 0L);
            List<Long> queue = row(rush, "longest row-lock queue");
            assertThat(queue.get(0)).isGreaterThan(5);
            assertThat(queue.get(3)).isLessThanOrEqualTo(1);
            List<Long> statements = row(rush, "statements for the views");
            List<Long> views = row(rush, "views accepted");
            assertThat(statements.get(0)).isEqualTo(views.get(0));
            assertThat(statements.get(3) * 100).isLessThan(views.get(3));
            assertThat(Files.readString(report)).contains("<figure>", "longest row-lock queue ↓", "class=\"best\"");
        }
    }

    @Test
    void runsAgainstARunningShop() throws Exception {
        try (DemoProcess shop = DemoProcess.start(List.of("--purchase-millis", "1"))) {
            List<String> options = Stream.concat(
                            SMALL.stream(), Stream.of("--url", shop.uri().toString()))
                    .toList();
            try (DemoProcess rush = DemoProcess.launch(options, Map.of())) {
                assertThat(rush.awaitExit()).as(rush.log()).isZero();
                assertThat(row(rush, "purchases sold")).containsExactly(50L);
                assertThat(row(rush, "oversold")).containsExactly(0L);
            }
        }
    }

    /** Has its own database, because the row-lock queue is that of the whole server. */
    @Test
    void runsOnSeveralNodes() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.start();
                MariaDbServer mariaDb = MariaDbServer.startOwn()) {
            List<String> options = Stream.of(
                            SMALL,
                            DemoDatabase.on(mariaDb).options(),
                            List.of("--memcached", memcached.address()),
                            List.of("--nodes", "2", "--scenarios", "no kit,lock"))
                    .flatMap(List::stream)
                    .toList();
            try (DemoProcess rush = DemoProcess.launch(options, Map.of())) {
                assertThat(rush.awaitExit()).as(rush.log()).isZero();

                assertThat(row(rush, "purchases sold")).hasSize(2).allMatch(sold -> sold > 0);
                assertThat(row(rush, "oversold")).containsExactly(0L, 0L);
                assertThat(row(rush, "longest row-lock queue").get(1)).isLessThanOrEqualTo(1);
            }
        }
    }

    private static List<Long> row(DemoProcess rush, String label) {
        String line = rush.log()
                .lines()
                .filter(l -> l.matches("  " + Pattern.quote(label) + " [↓↑] .*"))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.replaceFirst(".*?[↓↑]", "").trim().split(" {2,}"))
                .map(cell -> Long.valueOf(cell.replace(",", "")))
                .toList();
    }
}
