package io.github.doorbuster.benchmarks.pvpool;

import io.github.doorbuster.pvpool.Chunk;
import io.github.doorbuster.pvpool.PvStore;
import io.github.doorbuster.pvpool.StoredCounts;
import java.util.Collection;
import java.util.Map;

/** Discards all counts. */
class DiscardingStore implements PvStore {

    @Override
    public Applied apply(Chunk chunk) {
        return new Applied(false, 0, 0, 0, 0);
    }

    @Override
    public StoredCounts read(Collection<String> ids, Collection<String> segments) {
        return new StoredCounts(Map.of(), Map.of());
    }

    @Override
    public void forget(String segment) {}
}
