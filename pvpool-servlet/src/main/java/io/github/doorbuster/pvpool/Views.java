package io.github.doorbuster.pvpool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The views of one request, which are accepted together or not at all.
 *
 * @param ids one id per view, each valid by {@link ItemId#isValid}
 * @param decrements one id per view that is taken off, which needs {@link PvPoolConfig.Builder#allowNegative}; each
 *     valid and at most {@value #MAX_DECREMENT_LENGTH} characters long
 * @param idempotencyKey identifies a repeated request, which is not counted again; null if repetitions count
 */
public record Views(
        List<String> ids, List<String> decrements, @Nullable String idempotencyKey) {

    /** The length limit of an Idempotency-Key, in characters. */
    public static final int MAX_KEY_LENGTH = 128;

    /** The length limit of an id that is counted down, in characters. */
    public static final int MAX_DECREMENT_LENGTH = ItemId.MAX_LENGTH - 1;

    /** The most views that {@link #ofCounts} makes at once. */
    public static final int MAX_COUNT = 100_000;

    /**
     * Checks the ids and the key.
     *
     * @throws IllegalArgumentException if an id or the key is not valid
     */
    public Views {
        ids = List.copyOf(ids);
        ids.forEach(ItemId::require);
        decrements = List.copyOf(decrements);
        decrements.forEach(Views::requireDecrement);
        if (idempotencyKey != null && !isValidKey(idempotencyKey)) {
            throw new IllegalArgumentException(
                    "Idempotency-Key: must be 1 to %d printable ASCII characters without spaces"
                            .formatted(MAX_KEY_LENGTH));
        }
    }

    private static void requireDecrement(String id) {
        ItemId.require(id);
        if (id.length() > MAX_DECREMENT_LENGTH) {
            throw new IllegalArgumentException("item id \"%s\": must be at most %d characters to be counted down"
                    .formatted(Excerpt.of(id), MAX_DECREMENT_LENGTH));
        }
    }

    /**
     * Views that are all counted up.
     *
     * @throws IllegalArgumentException if an id or the key is not valid
     */
    public Views(List<String> ids, @Nullable String idempotencyKey) {
        this(ids, List.of(), idempotencyKey);
    }

    /**
     * Views without an Idempotency-Key.
     *
     * @throws IllegalArgumentException if an id is not valid
     */
    public Views(List<String> ids) {
        this(ids, null);
    }

    /**
     * Views that are counted several times.
     *
     * @param counts how often each id is counted; below 0, so many views are taken off
     * @throws IllegalArgumentException if an id is not valid, a count is 0, or the counts without their signs add up to
     *     more than {@value #MAX_COUNT}
     */
    public static Views ofCounts(Map<String, Long> counts) {
        long sum = 0;
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            long count = each.getValue();
            if (count == 0) {
                throw new IllegalArgumentException(
                        "count of item \"%s\"=0: must not be 0".formatted(Excerpt.of(each.getKey())));
            }
            sum += count > MAX_COUNT || count < -MAX_COUNT ? MAX_COUNT + 1 : Math.abs(count);
            if (sum > MAX_COUNT) {
                throw new IllegalArgumentException(
                        "counts: must add up to at most %d; add them in several calls".formatted(MAX_COUNT));
            }
        }
        List<String> ids = new ArrayList<>((int) sum);
        List<String> decrements = new ArrayList<>();
        counts.forEach(
                (id, count) -> (count > 0 ? ids : decrements).addAll(Collections.nCopies((int) Math.abs(count), id)));
        return new Views(ids, decrements, null);
    }

    /** {@return the number of views, those that are taken off included} */
    public int size() {
        return ids.size() + decrements.size();
    }

    /** {@return what the journal writes, one per view} */
    public List<String> units() {
        return Units.of(this);
    }

    private static boolean isValidKey(String key) {
        return !key.isEmpty() && key.length() <= MAX_KEY_LENGTH && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
