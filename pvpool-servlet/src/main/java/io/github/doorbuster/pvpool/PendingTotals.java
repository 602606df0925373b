package io.github.doorbuster.pvpool;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pending views of all items in some buckets, added up, for a reader that adds the views in the store.
 *
 * @param views the views per item, also those in the batch
 * @param batch what of the segment that is being written was not known to be in the store; null if it is in no such
 *     bucket
 * @param moment when they were pending
 */
record PendingTotals(Map<String, Long> views, Batch.@Nullable Rest batch, PendingMoment moment) {

    /** Adds the views that the store does not contain to the sums of the store. */
    Map<String, Long> plus(StoredTop stored) {
        Map<String, Long> sums = new HashMap<>(stored.sums());
        sums.replaceAll((id, sum) -> sum + views.getOrDefault(id, 0L) - storedOfBatch(stored, id));
        return sums;
    }

    private long storedOfBatch(StoredTop stored, String id) {
        return storedOfBatch(stored, id, 1) + storedOfBatch(stored, Units.decrementOf(id), -1);
    }

    private long storedOfBatch(StoredTop stored, String unit, int sign) {
        return batch != null && moment.isStored(stored.positions(), batch.segment(), unit)
                ? sign * batch.views(unit)
                : 0;
    }
}
