package io.github.doorbuster.pvpool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far the chunks of a journal are applied to a store. Immutable.
 *
 * <p>Chunks are applied in the order of their segments, and within a segment in the order of the item ids. So the last
 * item of the last chunk determines for every view of the journal whether it is in the store. A process on a copy of
 * the folder may have applied a segment without its last records; the number of views determines which it had.
 *
 * @param segment the number of the last segment of which a chunk is applied; 0 before the first
 * @param item the last item of that chunk
 * @param views the views of the journal up to this position; they grow with each chunk
 */
public record Position(long segment, String item, long views) {

    /** The position before the first chunk of a journal. */
    public static final Position START = new Position(0, "", 0);

    /** {@return whether the views of an item in a segment are applied} */
    public boolean covers(long segment, String item) {
        return segment < this.segment || (segment == this.segment && item.compareTo(this.item) <= 0);
    }

    /** {@return whether this position is before another one of the same journal} */
    public boolean isBefore(Position other) {
        return views < other.views;
    }

    /** Not that of a record, with which the JDK keeps the class loader of the application. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Position position
                && position.segment == segment
                && position.views == views
                && position.item.equals(item);
    }

    @Override
    public int hashCode() {
        return Objects.hash(segment, item, views);
    }
}
