package io.github.doorbuster.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The catalog on an H2 database in memory. */
class CatalogTest {

    private final HikariDataSource database = new HikariDataSource();

    CatalogTest() {
        database.setJdbcUrl("jdbc:h2:mem:catalog;MODE=MySQL");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Catalog open(Integer stock) throws SQLException {
        return Catalog.open(database, ids -> Map.of(), stock);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Item item(Catalog catalog, String id) throws SQLException {
        return catalog.items().stream()
                .filter(item -> item.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void createsItemsWithTheGivenStockOnceOnly() throws SQLException {
        assertThat(open(7).items()).hasSize(12).allMatch(item -> item.stock() == 7 && item.percentLeft() == 100);
        assertThat(open(9).items()).hasSize(12).allMatch(item -> item.stock() == 7);
    }

    @Test
    void restockOpensTheSaleAnew() throws SQLException {
        Catalog catalog = open(null);
        execute("UPDATE item SET stock = 10 WHERE id = '1'");
        assertThat(item(catalog, "1").percentLeft()).isEqualTo(20);

        catalog.restock("1", 30);

        assertThat(item(catalog, "1"))
                .isEqualTo(new Item("1", "Turntable, limited edition", 49_800, 30, 30, 0, null, false));
    }

    @Test
    void anEarlierTableGetsItsOpeningStockFromThePurchases() throws SQLException {
        open(null);
        execute(
                "ALTER TABLE item DROP COLUMN opening",
                "UPDATE item SET stock = 30 WHERE id = '1'",
                "INSERT INTO purchase (item_id, began_micros, ended_micros) VALUES ('1', 1, 2), ('1', 3, 4), ('2', 5, 6)");

        List<Item> items = open(null).items();

        assertThat(items).extracting(Item::opening).startsWith(32, 101, 100);
    }
}
