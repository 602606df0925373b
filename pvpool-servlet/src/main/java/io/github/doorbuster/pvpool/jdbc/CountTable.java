package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Adds the rows of a chunk to the table of counts. */
interface CountTable {

    /** Adds the rows {@code from} to {@code to - 1} of a chunk, in their order. */
    Added add(Connection connection, Chunk chunk, int from, int to) throws SQLException;

    /** The number of statements sent, and of views whose item has no row. */
    record Added(int statements, long unknownViews) {

        static final Added NOTHING = new Added(0, 0);

        Added plus(Added other) {
            return new Added(statements + other.statements, unknownViews + other.unknownViews);
        }
    }

    /** Sends one statement for all rows. It inserts the items that have no row. */
    static CountTable upserting(TableNames names, Dialect dialect) {
        return (connection, chunk, from, to) -> {
            try (PreparedStatement upsert = connection.prepareStatement(dialect.upsert(names, to - from))) {
                int parameter = 1;
                for (int row = from; row < to; row++) {
                    upsert.setString(parameter++, chunk.id(row));
                    upsert.setLong(parameter++, chunk.count(row));
                }
                upsert.executeUpdate();
            }
            return new Added(1, 0);
        };
    }

    /** Sends one statement per row, because only the update count of a row tells whether the item has one. */
    static CountTable updating(TableNames names, IdColumn ids) {
        String text = "UPDATE %s SET %s = COALESCE(%s, 0) + ? WHERE %s = ?"
                .formatted(names.table(), names.countColumn(), names.countColumn(), names.idColumn());
        return (connection, chunk, from, to) -> {
            long unknown = 0;
            List<Integer> sent = new ArrayList<>();
            try (PreparedStatement update = connection.prepareStatement(text)) {
                for (int row = from; row < to; row++) {
                    if (!ids.fits(chunk.id(row))) {
                        unknown += chunk.count(row);
                        continue;
                    }
                    update.setLong(1, chunk.count(row));
                    ids.bind(update, 2, chunk.id(row));
                    update.addBatch();
                    sent.add(row);
                }
                int[] updated = sent.isEmpty() ? new int[0] : update.executeBatch();
                for (int i = 0; i < updated.length; i++) {
                    unknown += updated[i] == 0 ? chunk.count(sent.get(i)) : 0;
                }
            }
            return new Added(sent.size(), unknown);
        };
    }
}
