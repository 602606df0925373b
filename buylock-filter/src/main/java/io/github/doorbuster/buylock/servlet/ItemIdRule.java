package io.github.doorbuster.buylock.servlet;

import java.text.Normalizer;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rule for the item id of a request. */
final class ItemIdRule {

    private final ItemIdSource source;
    private final int maxLength;
    private final @Nullable Pattern pattern;

    /** Creates a rule; an empty pattern accepts every id. */
    ItemIdRule(ItemIdSource source, int maxLength, String pattern) {
        this.source = source;
        this.maxLength = maxLength;
        this.pattern = pattern.isEmpty() ? null : Pattern.compile(pattern);
    }

    /**
     * Returns the id in its canonical form: without leading and trailing white space, and in Unicode normal form C.
     *
     * @throws HttpException if there is not exactly one id, or if it is blank, too long or has control characters, or
     *     if it does not match the pattern
     */
    String parse(List<String> found) throws HttpException {
        if (found.size() > 1) {
            throw bad("%d item ids; send one item id, in %s".formatted(found.size(), source.description()));
        }
        String sent = found.isEmpty() ? "" : found.get(0);
        if (hasControlCharacters(sent)) {
            throw bad("an item id with control characters, \"%s\"; send it without them".formatted(Excerpt.of(sent)));
        }
        String id = sent.strip();
        if (id.isEmpty()) {
            throw bad("no item id; send one in " + source.description());
        }
        if (id.length() > maxLength) {
            throw bad("an item id of %d characters, \"%s\"; at most %d are allowed"
                    .formatted(id.length(), Excerpt.of(id), maxLength));
        }
        String canonical = Normalizer.normalize(id, Normalizer.Form.NFC);
        if (pattern != null && !pattern.matcher(canonical).matches()) {
            throw bad("item id \"%s\"; an item id must match %s".formatted(Excerpt.of(canonical), pattern));
        }
        return canonical;
    }

    private static boolean hasControlCharacters(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (Character.isISOControl(id.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static HttpException bad(String message) {
        return HttpException.badRequest(message);
    }
}
