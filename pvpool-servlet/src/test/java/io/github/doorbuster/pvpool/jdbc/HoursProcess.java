package io.github.doorbuster.pvpool.jdbc;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.pvpool.FastClock;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.pvpool.TestPools;
import io.github.doorbuster.pvpool.journal.TestJournals;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process that adds views to a pool with hours and days, and prints each view that was accepted, with its hour. */
final class HoursProcess {

    static final String ACCEPTED = "accepted ";

    private static final int ITEMS = 8;

    private HoursProcess() {}

    /**
     * Runs until it is killed.
     *
     * @param args JDBC URL, user, password, journalDir, start of the clock
     */
    public static void main(String[] args) throws InterruptedException {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(args[0]);
        dataSource.setUser(args[1]);
        dataSource.setPassword(args[2]);
        FastClock clock = new FastClock(Long.parseLong(args[4]));
        PvPool pool = pool(new JdbcPvStore(dataSource), Path.of(args[3]), clock);
        for (int i = 0; ; i++) {
            String item = "item" + i % ITEMS;
            String hour = clock.hour();
            pool.add(item).join();
            System.out.println(ACCEPTED + item + (hour.equals(clock.hour()) ? " " + hour : ""));
            TimeUnit.MILLISECONDS.sleep(1); // paces the load
        }
    }

    static PvPool pool(JdbcPvStore store, Path folder, FastClock clock) {
        return TestPools.builder(System::nanoTime, clock)
                .store(store)
                .journal(TestJournals.in(folder, clock))
                .config(PvPoolConfig.builder()
                        .flushMillis(100)
                        .maxRetryMillis(200)
                        .chunkRows(3)
                        .takeOver(true)
                        .buckets("hour,day")
                        .build())
                .build();
    }
}
