package io.github.doorbuster.buylock.servlet;

import java.text.Normalizer;
import java.util.List;

/** The rules for an item id that a client sent. */
final class ItemId {

    private ItemId() {}

    /**
     * Returns the one id, in its canonical form: without white space around it, in Unicode's composed form.
     *
     * @throws HttpException if there is none or more than one, or if it is too long or has control characters
     */
    static String only(List<String> found, ItemIdSource source, int maxLength) throws HttpException {
        if (found.size() > 1) {
            throw bad("%d item ids; send one item id, in %s".formatted(found.size(), source.where()));
        }
        String sent = found.isEmpty() ? "" : found.get(0);
        if (sent.chars().anyMatch(Character::isISOControl)) {
            throw bad("an item id with control characters, \"%s\"; send it without them".formatted(Excerpt.of(sent)));
        }
        String id = sent.strip();
        if (id.isEmpty()) {
            throw bad("no item id; send one in " + source.where());
        }
        if (id.length() > maxLength) {
            throw bad("an item id of %d characters, \"%s\"; at most %d are allowed"
                    .formatted(id.length(), Excerpt.of(id), maxLength));
        }
        return Normalizer.normalize(id, Normalizer.Form.NFC);
    }

    private static HttpException bad(String message) {
        return HttpException.badRequest(message);
    }
}
