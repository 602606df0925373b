package io.github.doorbuster.pvpool.jdbc;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

class H2OwnTablesTest extends OwnTablesContract {

    @Override
    DataSource emptyDatabase() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID()));
        return dataSource;
    }
}
