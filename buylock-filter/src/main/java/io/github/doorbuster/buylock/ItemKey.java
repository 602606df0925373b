package io.github.doorbuster.buylock;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Derives keys from item ids: the id itself if memcached accepts it, else its SHA-256. */
final class ItemKey {

    private static final int MAX_PLAIN_LENGTH = 100;

    private ItemKey() {}

    static String of(String prefix, String itemId) {
        return isPlain(itemId) ? prefix + itemId : prefix + '#' + sha256(itemId);
    }

    /** A plain id never starts like a hash, so two ids never share a key. | is reserved for waiter signals. */
    private static boolean isPlain(String itemId) {
        if (itemId.isEmpty() || itemId.length() > MAX_PLAIN_LENGTH || itemId.charAt(0) == '#') {
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
