package io.github.doorbuster.pvpool.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.MemoryStore;
import io.github.doorbuster.pvpool.MemoryStore.Fault;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.Views;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillJournalTest {

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();

    private PvPool pool(int chunkRows) {
        return PvPool.builder()
                .store(store)
                .journal(Journals.of(JournalConfig.builder().spillDir(folder).build()))
                .config(PvPoolConfig.builder()
                        .flushMillis(3_600_000)
                        .chunkRows(chunkRows)
                        .closeMillis(100)
                        .build())
                .build();
    }

    @Test
    void whatCannotBeWrittenAtShutdownIsWrittenAfterTheNextStart() throws Exception {
        PvPool first = pool(1);
        first.add(new Views(List.of("a", "b", "a")));
        store.failWith(Fault.NOTHING_DONE);
        first.close();
        assertThat(JournalDirectory.files(folder)).hasSize(1);
        store.failWith(null);
        try (PvPool next = pool(2)) {
            assertThat(next.counts(List.of("a"))).containsEntry("a", 2L);
            assertThat(next.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("a", 2L, "b", 1L));
        assertThat(JournalDirectory.files(folder)).isEmpty();
    }

    @Test
    void aChunkThatWasAppliedUnheardIsNotAppliedAgain() throws Exception {
        PvPool first = pool(1);
        first.add(new Views(List.of("a", "b")));
        store.failWith(Fault.ANSWER_LOST);
        first.flush();
        first.close();
        PvPool second = pool(1);
        second.close();
        store.failWith(null);
        try (PvPool third = pool(1)) {
            assertThat(third.flush()).isTrue();
        }
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void anOrderlyShutdownLeavesNothingOnDisk() throws Exception {
        PvPool pool = pool(10);
        pool.add(new Views(List.of("a")));
        pool.close();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        assertThat(JournalDirectory.files(folder)).isEmpty();
    }
}
