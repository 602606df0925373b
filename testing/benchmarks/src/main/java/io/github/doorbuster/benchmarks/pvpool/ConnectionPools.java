package io.github.doorbuster.benchmarks.pvpool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.doorbuster.testing.MariaDbServer;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Pools of connections to the databases of a server, as an application has them. Used by one thread. */
final class ConnectionPools implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 20;

    private final MariaDbServer server;
    private final List<HikariDataSource> pools = new ArrayList<>();

    ConnectionPools(MariaDbServer server) {
        this.server = server;
    }

    /** Returns connections to a database, which is created if it does not exist. */
    DataSource to(String database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server.dataSource(database));
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(1);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        return pool;
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
    }
}
