package io.github.doorbuster.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The start and end of the transaction of each purchase of an item, ordered by start. */
record PurchaseLog(List<long[]> intervals) {

    static PurchaseLog read(Connection connection, String itemId) throws SQLException {
        List<long[]> intervals = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT began_micros, ended_micros FROM purchase WHERE item_id = ? ORDER BY began_micros")) {
            select.setString(1, itemId);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    intervals.add(new long[] {rows.getLong(1), rows.getLong(2)});
                }
            }
        }
        return new PurchaseLog(intervals);
    }

    int size() {
        return intervals.size();
    }

    /** How many purchases began before an earlier one had ended. */
    int overlaps() {
        int overlaps = 0;
        long latestEnd = Long.MIN_VALUE;
        for (long[] interval : intervals) {
            if (interval[0] < latestEnd) {
                overlaps++;
            }
            latestEnd = Math.max(latestEnd, interval[1]);
        }
        return overlaps;
    }
}
