package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Bucket.Width;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pending counts of a few items at one moment.
 *
 * @param ids the items
 * @param later the counts of segments that are not being written, by start of the bucket and unit
 * @param batchBucket the start of the bucket of the segment that is being written
 * @param inBatch the counts of that segment
 * @param moment when they were pending
 */
record PendingSnapshot(
        List<String> ids,
        Map<Long, Map<String, Long>> later,
        long batchBucket,
        List<Count> inBatch,
        PendingMoment moment) {

    /** Adds the counts that the store does not contain to the counts of the store. */
    Map<String, Long> plus(StoredCounts stored) {
        Map<String, Long> sums = new HashMap<>();
        ids.forEach(id -> sums.put(id, stored.counts().getOrDefault(id, 0L)));
        forEachMissing(stored.positions(), (bucketStart, id, views) -> sums.merge(id, views, Long::sum));
        return sums;
    }

    /** Adds the counts that the store does not contain to those in its buckets. */
    CountsInTime plus(StoredSeries stored, List<Bucket> buckets, ZoneId zone) {
        Map<Long, Integer> indexes = new HashMap<>();
        buckets.forEach(bucket -> indexes.put(bucket.start().toEpochMilli(), indexes.size()));
        Map<String, List<Long>> counts = new HashMap<>();
        for (String id : ids) {
            Map<Long, Long> found = stored.counts().getOrDefault(id, Map.of());
            List<Long> series = new ArrayList<>();
            buckets.forEach(
                    bucket -> series.add(found.getOrDefault(bucket.start().toEpochMilli(), 0L)));
            counts.put(id, series);
        }
        Width width = buckets.get(0).width();
        forEachMissing(stored.positions(), (bucketStart, id, views) -> {
            Bucket bucket = width.at(Instant.ofEpochMilli(bucketStart), zone);
            Integer index = indexes.get(bucket.start().toEpochMilli());
            List<Long> series = counts.get(id);
            if (index != null && series != null) {
                series.set(index, series.get(index) + views);
            }
        });
        return new CountsInTime(buckets, counts);
    }

    private void forEachMissing(Map<String, Position> stored, Missing missing) {
        later.forEach((bucketStart, counts) -> counts.forEach(
                (unit, views) -> missing.add(bucketStart, Units.itemOf(unit), Units.signed(unit, views))));
        for (Count count : inBatch) {
            if (!moment.isStored(stored, count.segment, count.unit)) {
                missing.add(batchBucket, Units.itemOf(count.unit), Units.signed(count.unit, count.views));
            }
        }
    }

    /** Receives counts. */
    private interface Missing {
        void add(long bucketStart, String id, long views);
    }

    /** The views of one unit in one segment. */
    record Count(Segment segment, String unit, long views) {}
}
