package io.github.doorbuster.buylock;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Turns item ids into keys: as they are where they fit, by their SHA-256 where they do not. */
final class ItemKey {

    private static final int MAX_PLAIN_ID = 100;

    private ItemKey() {}

    static String of(String prefix, String itemId) {
        return fits(itemId) ? prefix + itemId : prefix + '#' + sha256(itemId);
    }

    /** No id that fits starts like a hash, so that two ids never share a key; | is left to stores for notes. */
    private static boolean fits(String itemId) {
        if (itemId.isEmpty() || itemId.length() > MAX_PLAIN_ID || itemId.charAt(0) == '#') {
            return false;
        }
        for (int i = 0; i < itemId.length(); i++) {
            char c = itemId.charAt(i);
            if (c <= ' ' || c > '~' || c == '|') {
                return false;
            }
        }
        return true;
    }

    private static String sha256(String itemId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(itemId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
