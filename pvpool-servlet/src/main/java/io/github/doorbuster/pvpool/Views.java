package io.github.doorbuster.pvpool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The views of one request: accepted together or not at all.
 *
 * @param ids one entry per view; every one passes {@link ItemId#isValid}
 * @param idempotencyKey what marks a repetition of the same request; null if repetitions count
 */
public record Views(List<String> ids, @Nullable String idempotencyKey) {

    /** The longest Idempotency-Key, in characters. */
    public static final int MAX_KEY_LENGTH = 128;

    /**
     * Checks every id.
     *
     * @param ids one entry per view
     * @param idempotencyKey what marks a repetition; null if repetitions count
     * @throws IllegalArgumentException if an id or the key is not acceptable
     */
    public Views {
        ids = List.copyOf(ids);
        ids.forEach(ItemId::require);
        if (idempotencyKey != null && !isValidKey(idempotencyKey)) {
            throw new IllegalArgumentException(
                    "an Idempotency-Key has 1 to %d printable ASCII characters and no space".formatted(MAX_KEY_LENGTH));
        }
    }

    /**
     * Views without an Idempotency-Key.
     *
     * @param ids one entry per view
     * @throws IllegalArgumentException if an id is not acceptable
     */
    public Views(List<String> ids) {
        this(ids, null);
    }

    private static boolean isValidKey(String key) {
        return !key.isEmpty() && key.length() <= MAX_KEY_LENGTH && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
