package io.github.doorbuster.buylock;

import java.time.Duration;

/**
 * A lock on one key in a {@link LockStore} that expires unless it is renewed.
 *
 * @param key the key to lock: 1 to 240 printable ASCII characters without a space
 * @param token identifies the owner: unique for every lease, 1 to 64 printable ASCII characters without a space
 * @param duration how long the lease lasts from when it was acquired or last renewed, in whole seconds
 */
public record Lease(String key, String token, Duration duration) {}
