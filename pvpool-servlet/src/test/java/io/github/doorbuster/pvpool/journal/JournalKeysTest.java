package io.github.doorbuster.pvpool.journal;

import static io.github.doorbuster.pvpool.TestPools.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import io.github.doorbuster.pvpool.Views;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Idempotency-Keys in a journal. */
class JournalKeysTest extends PoolsOnFolders {

    @Test
    void repeatedKeyCountsOnceAcrossCrash() throws Exception {
        Views views = new Views(List.of("a", "b"), "key-1");
        PvPool killed = pool();
        assertThat(send(killed, views).join()).isEqualTo(2);
        assertThat(send(killed, views).join()).isEqualTo(2);
        crash();
        PvPool next = pool();
        assertThat(send(next, views).join()).isEqualTo(2);
        assertThat(next.flush()).isTrue();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void keyOutlivesSegment() throws Exception {
        Views views = new Views(List.of("a"), "key-1");
        PvPool killed = pool(JournalConfig.builder().retainMinutes(0));
        send(killed, views).join();
        assertThat(killed.flush()).isTrue();
        assertThat(retained()).hasSize(1);
        crash();
        clock.advance(Duration.ofSeconds(59));
        PvPool next = pool(JournalConfig.builder().retainMinutes(0));
        assertThat(send(next, views).join()).isEqualTo(1);
        next.flush();
        assertThat(store.counts()).isEqualTo(Map.of("a", 1L));
        clock.advance(Duration.ofSeconds(2));
        expire(next);
        assertThat(retained()).isEmpty();
    }

    @Test
    @Timeout(30)
    void expiredKeysMakeRoomInFullJournal() throws Exception {
        PvPool pool = pool(PvPoolConfig.builder().flushMillis(10), smallJournal());
        List<String> ids = Collections.nCopies(5000, "item");
        send(pool, new Views(ids, "key-1")).join();
        send(pool, new Views(ids, "key-2")).join();
        pool.flush();
        assertRejected(Reason.JOURNAL_FULL, pool, ids.toArray(new String[0]));
        clock.advance(Duration.ofSeconds(61));
        assertThat(send(pool, new Views(ids, "key-1")).join()).isEqualTo(5000);
    }
}
