package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.PvStoreContract;
import io.github.doorbuster.testing.MariaDbServer;

class MariaDbPvStoreIT extends PvStoreContract {

    private final MariaDbServer server = MariaDbServer.shared();
    private String url = "";

    @Override
    protected PvStore emptyStore() {
        url = server.jdbcUrl("contract_" + segment().substring(0, 12));
        return sameTables();
    }

    @Override
    protected PvStore sameTables() {
        return JdbcPvStore.ofUrl(
                url,
                server.user(),
                server.password(),
                JdbcConfig.builder().createTables(true).build());
    }
}
