package io.github.doorbuster.pvpool.jdbc;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.LedgerRow;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.StoredCounts;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** A control: sends the same transactions, but without moving the row in the ledger. */
final class LedgerlessStore implements PvStore {

    private final Transactions transactions;
    private final CountTable counts =
            CountTable.upserting(TableNames.of(JdbcConfig.builder().build()), Dialect.VALUES_FUNCTION);

    LedgerlessStore(DataSource dataSource) {
        transactions = new Transactions(dataSource::getConnection, 10_000);
    }

    @Override
    public Applied apply(Chunk chunk) throws StoreException {
        try {
            transactions.run(connection -> counts.add(connection, chunk, 0, chunk.size()));
            return Applied.applied(1, 0, 0, 0);
        } catch (SQLException e) {
            throw new StoreException("writing without a ledger failed", e);
        }
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> journals) {
        return new StoredCounts(Map.of(), Map.of());
    }

    @Override
    public Optional<LedgerRow> row(String journal) {
        return Optional.empty();
    }

    @Override
    public LedgerRow claim(Claim claim) {
        return new LedgerRow(claim.journal(), claim.owner(), 1, Position.START, claim.renewMillis(), 0);
    }

    @Override
    public int renew(String owner, Map<String, Position> expected) {
        return expected.size();
    }

    @Override
    public void release(String owner, Collection<String> journals, boolean finished) {}
}
