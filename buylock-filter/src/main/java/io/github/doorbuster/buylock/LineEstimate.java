package io.github.doorbuster.buylock;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The estimated wait for an item on this node.
 *
 * @param ahead how many purchases wait
 * @param waitTime how long a new purchase would wait, estimated from the last purchases, including the turns of other
 *     nodes; null while it is not known
 */
public record LineEstimate(int ahead, @Nullable Duration waitTime) {

    static final LineEstimate EMPTY = new LineEstimate(0, null);

    static LineEstimate of(ItemLine line) {
        double nanos = line.estimatedNanos();
        return new LineEstimate(line.waiting(), Double.isNaN(nanos) ? null : Duration.ofNanos((long) nanos));
    }
}
