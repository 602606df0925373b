package io.github.doorbuster.pvpool.jdbc;

import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;

/** New in-memory databases. */
final class H2Database {

    private H2Database() {}

    static JdbcDataSource empty() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:%s;MODE=MySQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID()));
        return dataSource;
    }
}
