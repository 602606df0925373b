package io.github.doorbuster.demo;

import io.github.doorbuster.demo.shop.ViewCounts;
import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.CountsInTime;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.StoreException;
import io.github.doorbuster.pvpool.TopItems;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the shop shows of the pool. */
record PooledViews(PvPool pool) implements ViewCounts {

    /** A shop with more items has errors that are below a thousandth of its views. */
    static final int HOT_ITEMS = 1000;

    private static final int SHOWN_AS_HOT = 3;

    @Override
    public Map<String, Long> of(Collection<String> ids) throws SQLException {
        return counts(pool::counts).of(ids);
    }

    @Override
    public Map<String, Long> today(Collection<String> ids) throws SQLException {
        return counts(all -> {
                    CountsInTime today = pool.series(all, Width.DAY, 1);
                    return all.stream().collect(Collectors.toMap(id -> id, today::sum));
                })
                .of(ids);
    }

    @Override
    public Set<String> hottest() throws SQLException {
        try {
            return pool.top(TopItems.Window.FIVE_MINUTES, SHOWN_AS_HOT).items().stream()
                    .map(TopItems.Item::itemId)
                    .collect(Collectors.toSet());
        } catch (StoreException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    /** Counts from the pool, or from its store. */
    static ViewCounts counts(Source counts) {
        return ids -> {
            try {
                return counts.of(ids);
            } catch (StoreException e) {
                throw new SQLException(e.getMessage(), e);
            }
        };
    }

    interface Source {
        Map<String, Long> of(Collection<String> ids) throws StoreException;
    }
}
