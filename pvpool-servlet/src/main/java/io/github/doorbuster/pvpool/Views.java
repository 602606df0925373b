package io.github.doorbuster.pvpool;

import java.util.List;
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

    private static boolean isValidKey(String key) {
        return !key.isEmpty() && key.length() <= MAX_KEY_LENGTH && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
