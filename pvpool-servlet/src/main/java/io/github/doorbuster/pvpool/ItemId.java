package io.github.doorbuster.pvpool;

/**
 * The rule for item ids: 1 to 64 printable ASCII characters without spaces, so that databases compare what was sent.
 */
public final class ItemId {

    /** The longest id, in characters. */
    public static final int MAX_LENGTH = 64;

    private ItemId() {}

    /**
     * Tells whether a text is an item id.
     *
     * @param text any text
     * @return true if it may be counted
     */
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
     * Rejects what is not an item id.
     *
     * @param text any text
     * @throws IllegalArgumentException naming the rule and a cleaned excerpt of the text
     */
    public static void require(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "item id \"%s\": must be 1 to %d printable ASCII characters without spaces"
                            .formatted(Excerpt.of(text), MAX_LENGTH));
        }
    }
}
