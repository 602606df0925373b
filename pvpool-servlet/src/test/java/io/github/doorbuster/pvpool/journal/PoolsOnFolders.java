package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.flushedByHand;

import io.github.doorbuster.pvpool.FakeClock;
import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Pools with a journal, and copies of its folder as a killed process would leave it. */
abstract class PoolsOnFolders {

    @TempDir
    Path temporary;

    final MemoryStore store = new MemoryStore();
    final FaultyDisk disk = new FaultyDisk();
    final FakeClock clock = new FakeClock();
    final List<PvPool> pools = new ArrayList<>();
    Path folder;
    int crashes;

    @BeforeEach
    void nameFolder() {
        folder = temporary.resolve("journal");
    }

    @AfterEach
    void closePools() {
        store.failWith(null);
        store.afterEachCommit(null);
        disk.failForce = false;
        disk.full = false;
        pools.forEach(PvPool::close);
    }

    PvPool pool(PvPoolConfig.Builder config, JournalConfig.Builder journal) {
        return pool(TestPools.builder(clock), config, journal);
    }

    PvPool pool(PvPool.Builder builder) {
        return pool(builder, flushedByHand(), JournalConfig.builder());
    }

    PvPool pool(PvPool.Builder builder, PvPoolConfig.Builder config, JournalConfig.Builder journal) {
        PvPool pool = builder.store(store)
                .journal(new FileJournal(journal.journalDir(folder).build(), disk, clock, clock::nanoTime))
                .config(config.closeMillis(200).build())
                .build();
        pools.add(pool);
        return pool;
    }

    PvPool pool(PvPoolConfig.Builder config) {
        return pool(config, JournalConfig.builder());
    }

    PvPool pool(JournalConfig.Builder journal) {
        return pool(flushedByHand(), journal);
    }

    PvPool pool() {
        return pool(flushedByHand());
    }

    static JournalConfig.Builder smallJournal() {
        return JournalConfig.builder().segmentBytes(64 << 10).journalMaxBytes(64 << 10);
    }

    /** Copies the folder as a killed process would leave it. The next pool uses the copy. */
    void crash() throws IOException {
        Path copy = temporary.resolve("crash" + ++crashes);
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        folder = copy;
    }

    List<Path> segments() throws IOException {
        return Disk.REAL.files(folder).stream()
                .filter(file -> file.toString().endsWith(".segment"))
                .toList();
    }

    List<Path> retained() throws IOException {
        return Disk.REAL.files(folder).stream()
                .filter(file -> file.toString().endsWith(".applied"))
                .toList();
    }

    static CompletableFuture<Integer> send(PvPool pool, Views views) {
        return pool.add(views).toCompletableFuture();
    }

    /** Lets the flusher delete what is no longer retained. */
    static void expire(PvPool pool) {
        TestPools.flushAtInterval(pool);
    }
}
