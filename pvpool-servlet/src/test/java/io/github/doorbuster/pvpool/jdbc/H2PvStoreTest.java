package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.PvStoreContract;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;

class H2PvStoreTest extends PvStoreContract {

    private final JdbcDataSource dataSource = new JdbcDataSource();

    @Override
    protected PvStore emptyStore() {
        dataSource.setURL("jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID()));
        return sameTables();
    }

    @Override
    protected PvStore sameTables() {
        return new JdbcPvStore(
                dataSource, JdbcConfig.builder().createTables(true).build());
    }
}
