package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.Buckets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** The table that has the time zone of each table of buckets. */
final class BucketZones {

    private final Connection connection;
    private final TableNames names;

    BucketZones(Connection connection, TableNames names) {
        this.connection = connection;
        this.names = names;
    }

    /**
     * Records the zone of tables that have none.
     *
     * @throws IllegalArgumentException if a table has another zone
     */
    void require(Buckets buckets) throws SQLException {
        for (Width width : Width.values()) {
            if (buckets.widths().contains(width)) {
                require(width, buckets.zone());
            }
        }
    }

    private void require(Width width, ZoneId zone) throws SQLException {
        String filled = zoneOf(width);
        if (filled == null) {
            insert(width, zone);
            filled = zoneOf(width);
        }
        if (filled == null || isSame(filled, zone)) {
            return;
        }
        throw new IllegalArgumentException(
                "bucketZone=%s: %s was prepared with bucketZone=%s, and its hours or days cannot be converted; set bucketZone=%s, or empty the table and run DELETE FROM %s WHERE width = '%s'"
                        .formatted(zone, names.buckets(width), filled, filled, names.bucketZones(), width));
    }

    private static boolean isSame(String filled, ZoneId zone) {
        try {
            return ZoneId.of(filled).getRules().equals(zone.getRules());
        } catch (DateTimeException e) {
            return false; // a zone of a newer JDK
        }
    }

    private @Nullable String zoneOf(Width width) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT zone FROM %s WHERE width = ?".formatted(names.bucketZones()))) {
            select.setString(1, width.toString());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private void insert(Width width, ZoneId zone) throws SQLException {
        try {
            update("INSERT INTO %s (zone, width) VALUES (?, ?)", zone.getId(), width.toString());
        } catch (SQLException e) {
            if (!SqlErrors.isDuplicate(e)) {
                throw e;
            } // another node was first, and its zone counts
        }
    }

    private void update(String text, String... parameters) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(text.formatted(names.bucketZones()))) {
            for (int i = 0; i < parameters.length; i++) {
                update.setString(i + 1, parameters[i]);
            }
            update.executeUpdate();
        }
    }
}
