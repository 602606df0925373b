package io.github.doorbuster.pvpool.jdbc;

import javax.sql.DataSource;

class H2OwnTablesTest extends OwnTablesContract {

    @Override
    DataSource emptyDatabase() {
        return H2Database.empty();
    }
}
