package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.PvStoreContract;
import io.github.doorbuster.testing.MariaDbServer;

class MariaDbPvStoreIT extends PvStoreContract {

    private final MariaDbDatabase database = MariaDbDatabase.empty();

    @Override
    protected PvStore emptyStore() {
        return sameTables();
    }

    @Override
    protected PvStore sameTables() {
        MariaDbServer server = MariaDbServer.shared();
        return JdbcPvStore.ofUrl(
                database.url(),
                server.user(),
                server.password(),
                JdbcConfig.builder().createTables(true).build());
    }
}
