package io.github.doorbuster.library;

/** Shortens text from requests or settings for use in a message. */
final class Excerpt {

    private static final int MAX_CHARACTERS = 40;

    private Excerpt() {}

    /** {@return the first characters of the text, with {@code ?} for each character that is not printable ASCII} */
    static String of(String text) {
        boolean whole = text.length() <= MAX_CHARACTERS;
        String clean = (whole ? text : text.substring(0, MAX_CHARACTERS)).replaceAll("[^\\x20-\\x7e]", "?");
        return whole ? clean : "%s... (%d characters)".formatted(clean, text.length());
    }
}
