package io.github.doorbuster.demo.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The items on sale, in the database. */
final class Catalog {

    private static final String CREATE_ITEM = """
            CREATE TABLE IF NOT EXISTS item (
              id VARCHAR(64) NOT NULL PRIMARY KEY,
              name VARCHAR(200) NOT NULL,
              price INT NOT NULL,
              stock INT NOT NULL,
              opening INT NOT NULL
            )""";

    /** For a table that an earlier version of the demo has created. */
    private static final List<String> ADD_OPENING = List.of(
            "ALTER TABLE item ADD COLUMN opening INT NOT NULL DEFAULT 0",
            "UPDATE item SET opening = stock + (SELECT COUNT(*) FROM purchase WHERE item_id = item.id)");

    private static final String CREATE_PURCHASE = """
            CREATE TABLE IF NOT EXISTS purchase (
              id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
              item_id VARCHAR(64) NOT NULL,
              began_micros BIGINT NOT NULL,
              ended_micros BIGINT NOT NULL
            )""";

    private record NewItem(String id, String name, int price, int stock) {}

    private static final List<NewItem> NEW_ITEMS = List.of(
            new NewItem("1", "Turntable, limited edition", 49_800, 50),
            new NewItem("2", "Instant camera", 12_400, 100),
            new NewItem("3", "Mechanical keyboard", 18_900, 100),
            new NewItem("4", "Cast-iron kettle", 7_600, 100),
            new NewItem("5", "Canvas rucksack", 9_800, 100),
            new NewItem("6", "Fountain pen", 5_500, 100),
            new NewItem("7", "Wool blanket", 11_200, 100),
            new NewItem("8", "Desk lamp", 8_300, 100),
            new NewItem("9", "Film scanner", 24_000, 100),
            new NewItem("10", "Travel kettle", 4_200, 100),
            new NewItem("11", "Headphones", 32_000, 100),
            new NewItem("12", "Ceramic teapot", 6_900, 100));

    private final DataSource dataSource;
    private final ViewCounts views;

    /**
     * Opens the catalog; creates its tables, and the items if there are none.
     *
     * @param stock of each item that is created, or null for the defaults
     */
    static Catalog open(DataSource dataSource, ViewCounts views, @Nullable Integer stock) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String create : List.of(CREATE_ITEM, CREATE_PURCHASE)) {
                statement.execute(create);
            }
            if (!hasOpening(statement)) {
                for (String add : ADD_OPENING) {
                    statement.execute(add);
                }
            }
            createItems(connection, stock);
        }
        return new Catalog(dataSource, views);
    }

    private Catalog(DataSource dataSource, ViewCounts views) {
        this.dataSource = dataSource;
        this.views = views;
    }

    private static boolean hasOpening(Statement statement) throws SQLException {
        try (ResultSet none = statement.executeQuery("SELECT * FROM item WHERE 1 = 0")) {
            ResultSetMetaData columns = none.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                if (columns.getColumnName(i).equalsIgnoreCase("opening")) {
                    return true;
                }
            }
            return false;
        }
    }

    private static void createItems(Connection connection, @Nullable Integer stock) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet any = statement.executeQuery("SELECT 1 FROM item LIMIT 1")) {
            if (any.next()) {
                return;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO item (id, name, price, stock, opening) VALUES (?, ?, ?, ?, ?)")) {
            for (NewItem item : NEW_ITEMS) {
                insert.setString(1, item.id());
                insert.setString(2, item.name());
                insert.setInt(3, item.price());
                insert.setInt(4, stock == null ? item.stock() : stock);
                insert.setInt(5, stock == null ? item.stock() : stock);
                try {
                    insert.executeUpdate();
                } catch (SQLIntegrityConstraintViolationException e) {
                    return; // another node creates the items at this moment
                }
            }
        }
    }

    /** Restarts the sale of an item with this stock. */
    void restock(String itemId, int stock) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE item SET stock = ?, opening = ? WHERE id = ?")) {
            update.setInt(1, stock);
            update.setInt(2, stock);
            update.setString(3, itemId);
            update.executeUpdate();
        }
    }

    /** {@return the name of an item, or null if it does not exist} */
    @Nullable
    String nameOf(String itemId) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT name FROM item WHERE id = ?")) {
            select.setString(1, itemId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    /** {@return all items with their stock and views} */
    List<Item> items() throws SQLException {
        List<Item> items = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT id, name, price, stock, opening FROM item ORDER BY CHAR_LENGTH(id), id LIMIT 1000")) {
            while (rows.next()) {
                items.add(new Item(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getInt(3),
                        rows.getInt(4),
                        rows.getInt(5),
                        0,
                        null,
                        false));
            }
        }
        List<String> ids = items.stream().map(Item::id).toList();
        Map<String, Long> pv = views.of(ids);
        Map<String, Long> today = views.today(ids);
        Set<String> hottest = views.hottest();
        return items.stream()
                .map(i -> new Item(
                        i.id(),
                        i.name(),
                        i.price(),
                        i.stock(),
                        i.opening(),
                        pv.getOrDefault(i.id(), 0L),
                        today == null ? null : today.getOrDefault(i.id(), 0L),
                        hottest.contains(i.id())))
                .toList();
    }
}
