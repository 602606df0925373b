package io.github.doorbuster.pvpool.jdbc;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.testing.MariaDbServer;
import java.util.UUID;
import javax.sql.DataSource;

class MariaDbOwnTablesIT extends OwnTablesContract {

    @Override
    DataSource emptyDatabase() {
        MariaDbServer server = MariaDbServer.shared();
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(server.jdbcUrl("own_" + UUID.randomUUID().toString().substring(0, 8)));
        dataSource.setUser(server.user());
        dataSource.setPassword(server.password());
        return dataSource;
    }
}
