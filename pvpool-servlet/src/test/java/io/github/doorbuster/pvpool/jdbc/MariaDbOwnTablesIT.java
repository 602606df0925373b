package io.github.doorbuster.pvpool.jdbc;

import java.sql.SQLException;
import javax.sql.DataSource;

class MariaDbOwnTablesIT extends OwnTablesContract {

    @Override
    DataSource emptyDatabase() throws SQLException {
        return MariaDbDatabase.empty().dataSource();
    }
}
