package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.PvStoreContract;
import javax.sql.DataSource;

class H2PvStoreTest extends PvStoreContract {

    private final DataSource dataSource = H2Database.empty();

    @Override
    protected PvStore emptyStore() {
        return sameTables();
    }

    @Override
    protected PvStore sameTables() {
        return new JdbcPvStore(
                dataSource, JdbcConfig.builder().createTables(true).build());
    }
}
