package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore.KeyState;
import java.nio.charset.StandardCharsets;

/** The value of a key: the token of the lease that holds it and, after a space, its note. */
record LeaseValue(String token, String note) {

    static String of(Lease lease) {
        return lease.note().isEmpty() ? lease.token() : lease.token() + ' ' + lease.note();
    }

    static LeaseValue parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int space = text.indexOf(' ');
        return space < 0
                ? new LeaseValue(text, "")
                : new LeaseValue(text.substring(0, space), text.substring(space + 1));
    }

    boolean isHeldBy(String other) {
        return token.equals(other);
    }

    boolean isSameAs(KeyState seen) {
        return token.equals(seen.token()) && note.equals(seen.note());
    }
}
