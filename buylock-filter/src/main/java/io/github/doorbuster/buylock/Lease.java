package io.github.doorbuster.buylock;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lock on one key in a {@link LockStore} that expires unless it is renewed.
 *
 * @param key the key to lock: 1 to 240 printable ASCII characters without a space
 * @param token identifies the owner: 1 to 100 printable ASCII characters without a space
 * @param duration how long the lease lasts from when it was acquired or last replaced, in whole seconds
 * @param note information for other nodes: 0 to 200 printable ASCII characters without a space
 * @param version the version of the state in which this lease was read, or null; with it, the store need not read the
 *     key again
 */
public record Lease(
        String key,
        String token,
        Duration duration,
        String note,
        @Nullable Object version) {

    /** Creates a lease that was not read. */
    public Lease(String key, String token, Duration duration, String note) {
        this(key, token, duration, note, null);
    }

    /** Creates a lease without a note. */
    public Lease(String key, String token, Duration duration) {
        this(key, token, duration, "", null);
    }

    Lease withNote(String other) {
        return new Lease(key, token, duration, other);
    }
}
