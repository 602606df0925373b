package io.github.doorbuster.pvpool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.pvpool.Chunks;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several nodes that write the same thousand items at the same time. */
@Timeout(60)
class HotItemsIT {

    private static final int CHUNKS = 30;
    private static final int ROWS = 400;

    private final List<String> items =
            IntStream.range(0, 1000).mapToObj(i -> "item" + i).sorted().toList();
    private MariaDbDatabase database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = MariaDbDatabase.withTables();
    }

    /** Runs the nodes and returns how many transactions failed. */
    private int run(int nodes, String isolation, boolean sorted) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(nodes);
        List<Future<Integer>> all = new ArrayList<>();
        for (int n = 0; n < nodes; n++) {
            MysqlDataSource dataSource = database.dataSource();
            dataSource.setSessionVariables("tx_isolation='%s'".formatted(isolation));
            PvStore store = new JdbcPvStore(dataSource);
            Random random = new Random(n);
            all.add(executor.submit(() -> write(store, random, sorted)));
        }
        int failed = 0;
        for (Future<Integer> one : all) {
            failed += one.get();
        }
        executor.shutdown();
        return failed;
    }

    private int write(PvStore store, Random random, boolean sorted) {
        int failed = 0;
        for (int i = 0; i < CHUNKS; i++) {
            List<String> ids = new ArrayList<>(items);
            Collections.shuffle(ids, random);
            ids = ids.subList(0, ROWS);
            if (sorted) {
                Collections.sort(ids);
            }
            try {
                store.apply(Chunks.claimed(store).inOrder(ids));
            } catch (StoreException e) {
                failed++;
            }
        }
        return failed;
    }

    private long sum() throws Exception {
        return database.counts().values().stream().mapToLong(Long::longValue).sum();
    }

    @ParameterizedTest
    @CsvSource({"2, READ-COMMITTED", "4, READ-COMMITTED", "2, REPEATABLE-READ", "4, REPEATABLE-READ"})
    void sortedChunksDoNotDeadlock(int nodes, String isolation) throws Exception {
        assertThat(run(nodes, isolation, true)).isZero();
        assertThat(sum()).isEqualTo((long) nodes * CHUNKS * ROWS);
    }

    @Test
    void unsortedChunksDeadlock() throws Exception {
        int failed = run(4, "READ-COMMITTED", false);
        assertThat(failed).isPositive();
        assertThat(sum()).isEqualTo((4L * CHUNKS - failed) * ROWS);
    }
}
