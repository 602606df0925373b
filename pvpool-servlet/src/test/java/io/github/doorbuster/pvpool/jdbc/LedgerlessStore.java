package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.StoredCounts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import javax.sql.DataSource;

/** A control: sends the same transactions, but without the ledger row. */
final class LedgerlessStore implements PvStore {

    private final Transactions transactions;
    private final CountTable counts =
            CountTable.upserting(TableNames.of(JdbcConfig.builder().build()), Dialect.VALUES_FUNCTION);

    LedgerlessStore(DataSource dataSource) {
        transactions = new Transactions(dataSource::getConnection, 10_000, Connection.TRANSACTION_READ_COMMITTED);
    }

    @Override
    public Applied apply(Chunk chunk) throws StoreException {
        try {
            transactions.run(connection -> counts.add(connection, chunk, 0, chunk.size()));
            return new Applied(false, 1, 0, 0, 0);
        } catch (SQLException e) {
            throw new StoreException("writing without a ledger failed", e);
        }
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> segments) {
        return new StoredCounts(Map.of(), Map.of());
    }

    @Override
    public void forget(String segment) {}
}
