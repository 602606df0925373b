package io.github.doorbuster.pvpool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The items with the most views in a window of time. Immutable.
 *
 * @param window the window
 * @param from the time from which views are counted; the window ends now
 * @param errorBound the most by which the views of an item can be too high, and the most views of an item that is
 *     missing; 0 if the counts are exact
 * @param items the items, the one with the most views first
 */
public record TopItems(Window window, Instant from, long errorBound, List<Item> items) {

    /** The most items of an answer. */
    public static final int MAX_COUNT = 1000;

    /** Copies the list. */
    public TopItems {
        items = List.copyOf(items);
    }

    /** The first items, at most {@code count}. */
    TopItems first(int count) {
        return items.size() <= count ? this : new TopItems(window, from, errorBound, items.subList(0, count));
    }

    /** A window of time that ends now. */
    public enum Window {
        /** Five minutes, of the views that this pool has accepted, from a sketch in memory. */
        FIVE_MINUTES("5m", Duration.ofMinutes(5)),
        /** One hour and the part of another, of the views of all nodes, from the counts of hours. */
        HOUR("1h", Duration.ofHours(1)),
        /** A day and the part of an hour, of the views of all nodes, from the counts of hours. */
        DAY("24h", Duration.ofHours(24));

        private final String text;
        private final Duration duration;

        Window(String text, Duration duration) {
            this.text = text;
            this.duration = duration;
        }

        Duration duration() {
            return duration;
        }

        /** {@return the window as in a request, such as {@code 5m}} */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * An item and its views.
     *
     * @param itemId the id of the item
     * @param views its views; they are at most {@code error} too high, and never too low
     * @param error 0 if the views are exact
     */
    public record Item(String itemId, long views, long error) {}
}
