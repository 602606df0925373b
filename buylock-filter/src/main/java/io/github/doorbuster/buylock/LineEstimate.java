package io.github.doorbuster.buylock;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The line of an item on this node.
 *
 * @param ahead how many purchases wait
 * @param waitTime how long a purchase that joins now would wait, by the time that the last purchases took, including
 *     the turns of other nodes; null while it is not known
 */
public record LineEstimate(int ahead, @Nullable Duration waitTime) {

    static final LineEstimate EMPTY = new LineEstimate(0, null);

    static LineEstimate of(ItemLine line) {
        double nanos = line.estimatedNanos();
        return new LineEstimate(line.waiting(), Double.isNaN(nanos) ? null : Duration.ofNanos((long) nanos));
    }
}
