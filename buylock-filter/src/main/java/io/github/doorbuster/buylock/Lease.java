package io.github.doorbuster.buylock;

import java.time.Duration;

/**
 * A claim on one key in a {@link LockStore}, which ends by itself unless it is renewed.
 *
 * @param key what is locked: 1 to 240 printable ASCII characters without a space
 * @param token who locks it: unique for every lease, printable ASCII without a space, at most 64 characters
 * @param time how long the claim lasts, in whole seconds
 */
public record Lease(String key, String token, Duration time) {}
