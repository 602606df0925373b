package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.LedgerRow;
import io.github.doorbuster.pvpool.Position;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoredCounts;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Discards all counts. */
class DiscardingStore implements PvStore {

    @Override
    public Applied apply(Chunk chunk) {
        return Applied.applied(0, 0, 0, 0);
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
