package io.github.doorbuster.containers;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.github.doorbuster.testing.MariaDbServer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients ask of an application that has the three parts, and the database behind it. */
final class Shop {

    private Shop() {}

    static DataSource dataSource(String database) {
        MariaDbServer mariaDb = MariaDbServer.shared();
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(mariaDb.jdbcUrl(database));
        dataSource.setUser(mariaDb.user());
        dataSource.setPassword(mariaDb.password());
        return dataSource;
    }

    /** Sends two views of item 1 and one of item m2. */
    static Wire.Answer views(URI uri) throws IOException {
        return Wire.send(
                uri,
                "POST",
                "/items/pvc",
                Map.of("Content-Type", "application/json"),
                Wire.bytes("{\"item_ids\":[1,\"m2\",1]}"));
    }

    /** There is no shop behind the lock, which takes and gives back its lease all the same. */
    static Wire.Answer buy(URI uri) throws IOException {
        return Wire.post(uri, "/buy", "item_id=42");
    }

    static JsonNode stats(URI uri) throws IOException {
        return JsonMapper.shared().readTree(Wire.get(uri, "/stats").body());
    }
}
