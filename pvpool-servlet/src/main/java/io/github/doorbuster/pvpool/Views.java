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
 * @param idempotencyKey identifies a repeated request, which is not counted again; null if repetitions count
 */
public record Views(List<String> ids, @Nullable String idempotencyKey) {

    /** The length limit of an Idempotency-Key, in characters. */
    public static final int MAX_KEY_LENGTH = 128;

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
        if (idempotencyKey != null && !isValidKey(idempotencyKey)) {
            throw new IllegalArgumentException(
                    "Idempotency-Key: must be 1 to %d printable ASCII characters without spaces"
                            .formatted(MAX_KEY_LENGTH));
        }
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
     * @param counts how often each id is counted, 1 or more
     * @throws IllegalArgumentException if an id is not valid, a count is below 1, or the counts add up to more than
     *     {@value #MAX_COUNT}
     */
    public static Views ofCounts(Map<String, Long> counts) {
        long sum = 0;
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            long count = each.getValue();
            if (count < 1) {
                throw new IllegalArgumentException(
                        "count of item \"%s\"=%d: must be 1 or more".formatted(Excerpt.of(each.getKey()), count));
            }
            sum += Math.min(count, MAX_COUNT + 1);
            if (sum > MAX_COUNT) {
                throw new IllegalArgumentException(
                        "counts: must add up to at most %d; add them in several calls".formatted(MAX_COUNT));
            }
        }
        List<String> ids = new ArrayList<>((int) sum);
        counts.forEach((id, count) -> ids.addAll(Collections.nCopies(count.intValue(), id)));
        return new Views(ids);
    }

    private static boolean isValidKey(String key) {
        return !key.isEmpty() && key.length() <= MAX_KEY_LENGTH && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
