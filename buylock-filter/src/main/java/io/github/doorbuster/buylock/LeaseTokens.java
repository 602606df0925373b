package io.github.doorbuster.buylock;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Tokens of leases: unique on this node by a number, and among nodes by a random prefix. */
final class LeaseTokens implements Supplier<String> {

    private final String prefix = Long.toHexString(new SecureRandom().nextLong()) + '-';
    private final AtomicLong count = new AtomicLong();

    @Override
    public String get() {
        return prefix + Long.toHexString(count.incrementAndGet());
    }
}
