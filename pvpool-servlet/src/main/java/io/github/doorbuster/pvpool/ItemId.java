package io.github.doorbuster.pvpool;

/**
 * The rule for item ids: 1 to 64 printable ASCII characters without spaces. Databases compare such ids exactly as they
 * were sent.
 */
public final class ItemId {

    /** The length limit of an id, in characters. */
    public static final int MAX_LENGTH = 64;

    private ItemId() {}

    /** {@return whether the text is a valid item id} */
    public static boolean isValid(String text) {
        int length = text.length();
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /**
     * Requires a text to be a valid item id.
     *
     * @throws IllegalArgumentException if it is not; the message holds an excerpt of the text and the rule
     */
    public static void require(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "item id \"%s\": must be 1 to %d printable ASCII characters without spaces"
                            .formatted(Excerpt.of(text), MAX_LENGTH));
        }
    }
}
