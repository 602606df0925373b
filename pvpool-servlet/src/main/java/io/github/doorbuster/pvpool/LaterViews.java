package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.Slot.Counter;
import io.github.doorbuster.pvpool.ViewJournal.Open;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the views of a segment that a copy of its folder did not have when a process applied it from there.
 *
 * <p>Such a process has applied the items up to the position, with the views of the first records of the segment: of as
 * many records as have the position's number of views. The later records are applied in chunks that end with a record.
 * They leave the item of the position as it is and add to its views, so that each position on the way is found again in
 * the same manner.
 */
final class LaterViews implements ViewJournal.Counts {

    private final Position position;
    private final int maxRows;
    private long missing;
    private boolean isPrefix = true;
    private boolean full;
    private long recordViews;
    private final Map<String, Counter> record = new HashMap<>();
    private final Map<String, Counter> found = new HashMap<>();

    private LaterViews(Segment segment, Position position, int maxRows) {
        this.position = position;
        this.maxRows = maxRows;
        this.missing = position.views() - segment.viewsBefore();
    }

    /**
     * Reads the next of these views, of at most so many items unless a single record has more.
     *
     * @return their counts; empty if the position is not one of this segment
     * @throws IOException if the segment cannot be read
     */
    static Optional<Map<String, Counter>> read(Open journal, Segment segment, Position position, int maxRows)
            throws IOException {
        LaterViews later = new LaterViews(segment, position, maxRows);
        if (!journal.read(segment, later)) {
            throw new IOException("segment %d has just been damaged".formatted(segment.number()));
        }
        return later.isPrefix && later.missing == 0 ? Optional.of(later.found) : Optional.empty();
    }

    @Override
    public void add(String id, long views) {
        if (position.covers(position.segment(), id)) {
            record.computeIfAbsent(id, first -> new Counter()).views += views;
            recordViews += views;
        }
    }

    @Override
    public void recordEnded() {
        if (missing > 0) {
            missing -= recordViews;
            isPrefix &= missing >= 0;
        } else if (!full) {
            full = !found.isEmpty() && found.size() + record.size() > maxRows;
            if (!full) {
                record.forEach(
                        (id, counter) -> found.computeIfAbsent(id, first -> new Counter()).views += counter.views);
            }
        }
        record.clear();
        recordViews = 0;
    }
}
