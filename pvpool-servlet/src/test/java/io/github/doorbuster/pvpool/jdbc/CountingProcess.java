package io.github.doorbuster.pvpool.jdbc;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.RejectedException;
import io.github.doorbuster.pvpool.Views;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A process that adds views to a pool, and prints each one that was accepted, until the pool rejects them. */
final class CountingProcess {

    static final String ACCEPTED = "accepted ";
    static final String REJECTED = "rejected: ";

    private static final int ITEMS = 20;

    private CountingProcess() {}

    /**
     * Runs until it is killed or fenced.
     *
     * @param args JDBC URL, user, password, journalDir, takeOver
     */
    public static void main(String[] args) throws InterruptedException {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(args[0]);
        dataSource.setUser(args[1]);
        dataSource.setPassword(args[2]);
        try (PvPool pool = PvPool.builder()
                .store(new JdbcPvStore(
                        dataSource, JdbcConfig.builder().createTables(true).build()))
                .journal(Journals.of(
                        JournalConfig.builder().journalDir(Path.of(args[3])).build()))
                .config(PvPoolConfig.builder()
                        .flushMillis(200)
                        .chunkRows(3)
                        .takeOver(Boolean.parseBoolean(args[4]))
                        .build())
                .build()) {
            for (int i = 0; ; i++) {
                String item = "item" + i % ITEMS;
                pool.add(new Views(List.of(item))).toCompletableFuture().join();
                System.out.println(ACCEPTED + item);
                TimeUnit.MILLISECONDS.sleep(1); // paces the load
            }
        } catch (CompletionException e) {
            RejectedException rejected = (RejectedException) e.getCause();
            System.out.println(REJECTED + rejected.reason());
        }
    }
}
