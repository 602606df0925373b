package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import jakarta.servlet.ServletException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a servlet starts and ends. */
class PvPoolServletLifecycleIT extends ServletOnJetty {

    @Test
    void destroyLeavesGivenPoolOpen() throws Exception {
        JdbcPvStore store = JdbcPvStore.ofUrl(
                url, "", "", JdbcConfig.builder().createTables(true).build());
        try (PvPool pool = PvPool.builder().store(store).build()) {
            start(new PvPoolServlet(pool), Map.of("maxIds", "1"));
            assertThat(post("{\"item_ids\":[1]}").statusCode()).isEqualTo(202);
            assertThat(post("{\"item_ids\":[1,2]}").statusCode()).isEqualTo(413);
            server.stop();
            assertThat(pool.add(new Views(List.of("1"))).toCompletableFuture().join())
                    .isEqualTo(1);
            assertThat(pool.counts(List.of("1"))).containsEntry("1", 2L);
        }
    }

    @Test
    void destroyWritesViewsAndEndsThreads() throws Exception {
        startOwnPool();
        post("{\"item_ids\":[1,1]}");
        assertThat(threads.ofPool()).containsExactly("doorbuster-pvpool-flusher");
        server.stop();
        JdbcPvStore store = JdbcPvStore.ofUrl(url, "", "", JdbcConfig.builder().build());
        assertThat(store.read(List.of("1"), List.of()).counts()).containsEntry("1", 2L);
        await().until(() -> threads.ofPool().isEmpty());
        assertThat(context.getServletContext().getAttribute("stats.pvpool")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flushMilis|100|no such key; the keys are",
                "flushMillis|soon|must be a whole number",
                "flushMillis|1|flushMillis=1: must be between 10 and",
                "table|item_pv; DROP TABLE x|must be a letter or underscore",
                "createTables|yes|must be true or false",
                "dataSource|java:comp/env/none|exactly one must be set"
            })
    void invalidInitParamStopsInit(String key, String value, String rule) {
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(() -> start(new PvPoolServlet(), Map.of("jdbcUrl", url, key, value)))
                .withMessageContaining(key)
                .withMessageContaining(rule);
    }

    @Test
    void missingTablesStopInit() {
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(() -> start(new PvPoolServlet(), Map.of("jdbcUrl", url)))
                .withMessageContaining("table=item_pv")
                .withMessageContaining("createTables=true");
    }

    @Test
    void initLogsSettingsWithoutPassword() throws Exception {
        try (LogLines log = LogLines.of(PvPoolServlet.class)) {
            start(new PvPoolServlet(), with(Map.of("jdbcUser", "sa", "jdbcPassword", "s3cret")));
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(
                            "jdbcUser=sa", "jdbcPassword=***", "flushMillis=50", "segmentBytes=67108864", "maxIds=1000")
                    .contains("createTables=true", url.split(";")[0])
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void initLogsSettingsOfGivenPool() throws Exception {
        JdbcPvStore store = JdbcPvStore.ofUrl(
                url, "", "", JdbcConfig.builder().createTables(true).build());
        try (LogLines log = LogLines.of(PvPoolServlet.class);
                PvPool pool = PvPool.builder().store(store).build()) {
            start(new PvPoolServlet(pool), Map.of("maxIds", "7"));
            assertThat(log.lines()).singleElement().asString().contains("flushMillis=1000", "maxIds=7");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://shop:s3cret@127.0.0.1:1/shop",
                "jdbc:mysql://shop:s3cret@127.0.0.1:x:/[",
                "jdbc:mysql://address=(host=127.0.0.1)(port=1)(password=s3cret/shop",
                "jdbc:mysql://127.0.0.1:1/shop?password=s3cret&connectTimeout=soon",
                "jdbc:h2:mem:shop;PASSWORD=s3cret;NO_SUCH_SETTING=1",
                "jdbc:none://shop:s3cret@127.0.0.1/shop",
                "shop:s3cret:127.0.0.1"
            })
    void failedInitHidesPasswordInUrl(String secretUrl) {
        StringWriter printed = new StringWriter();
        try (LogLines log = LogLines.of(PvPoolServlet.class)) {
            start(new PvPoolServlet(), Map.of("jdbcUrl", secretUrl, "closeMillis", "100"));
            log.lines().forEach(printed::write);
        } catch (Exception e) {
            e.printStackTrace(new PrintWriter(printed));
        }
        assertThat(printed.toString()).isNotEmpty().doesNotContain("s3cret");
    }

    private PvPool poolOn(Path journal) {
        JdbcPvStore store = JdbcPvStore.ofUrl(
                url, "", "", JdbcConfig.builder().createTables(true).build());
        return PvPool.builder()
                .store(store)
                .journal(Journals.of(JournalConfig.builder().journalDir(journal).build()))
                .config(PvPoolConfig.builder().flushMillis(50).build())
                .build();
    }

    private void assertInitFails(Path journal, String reason) {
        assertThatExceptionOfType(ServletException.class)
                .isThrownBy(() -> start(new PvPoolServlet(), with(Map.of("journalDir", journal.toString()))))
                .withMessageContaining(reason);
        await().until(() -> threads.ofPool().isEmpty());
        assertThat(context.getServletContext().getAttribute("stats.pvpool")).isNull();
    }

    @Test
    void initWithFolderInUseLeavesNothingBehind() throws Exception {
        try (PvPool other = poolOn(folder)) {
            assertInitFails(folder, "in use by another pool");
            assertThat(TestPools.add(other, "1")).isEqualTo(1);
            assertThat(other.flush()).isTrue();
        }
    }

    @Test
    void initWithCopyOfLiveFolderLeavesNothingBehind() throws Exception {
        Path original = folder.resolve("original");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (PvPool live = poolOn(original)) {
            TestPools.add(live, "1");
            assertThat(live.flush()).isTrue();
            try (Stream<Path> files = Files.list(original)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
            assertInitFails(copy, "another process owns the journal");
        }
        try (PvPool next = poolOn(copy)) { // a folder that is still locked would be refused
            assertThat(next.flush()).isTrue();
            assertThat(next.counts(List.of("1"))).containsEntry("1", 1L);
        }
    }
}
