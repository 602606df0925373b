package io.github.doorbuster.pvpool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What slots, segments and batches count: the id of an item for one view, or the id with a mark behind it for a view
 * that is taken off again. So the count of a unit only grows, as the positions of the ledger require, and both units of
 * an item are neighbours in each sorted list. Only a {@link Chunk} adds them up.
 */
public final class Units {

    /** Not printable, so it is never part of an id. */
    private static final char DECREMENT = '\u0001';

    private Units() {}

    static List<String> of(Views views) {
        if (views.decrements().isEmpty()) {
            return views.ids();
        }
        List<String> units = new ArrayList<>(views.ids());
        views.decrements().forEach(id -> units.add(decrementOf(id)));
        return units;
    }

    static String decrementOf(String id) {
        return id + DECREMENT;
    }

    /** {@return the views of a request} */
    public static Views views(List<String> units, @Nullable String idempotencyKey) {
        List<String> ids = new ArrayList<>();
        List<String> decrements = new ArrayList<>();
        units.forEach(unit -> (isDecrement(unit) ? decrements : ids).add(itemOf(unit)));
        return new Views(ids, decrements, idempotencyKey);
    }

    /** {@return whether a unit takes a view off} */
    static boolean isDecrement(String unit) {
        return !unit.isEmpty() && unit.charAt(unit.length() - 1) == DECREMENT;
    }

    static boolean hasDecrements(Map<String, ?> counts) {
        return counts.keySet().stream().anyMatch(Units::isDecrement);
    }

    /** {@return the id of the item} */
    public static String itemOf(String unit) {
        return isDecrement(unit) ? unit.substring(0, unit.length() - 1) : unit;
    }

    /** {@return what so many units add to the count of the item} */
    public static long signed(String unit, long count) {
        return isDecrement(unit) ? -count : count;
    }
}
