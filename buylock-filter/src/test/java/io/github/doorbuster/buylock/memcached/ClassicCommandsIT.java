package io.github.doorbuster.buylock.memcached;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract with the commands that every server knows. */
class ClassicCommandsIT extends MemcachedContract {

    @RegisterExtension
    static final MemcachedOfClass MEMCACHED = new MemcachedOfClass(server -> MemcachedLockStore.connect(
            server.address(), Duration.ofMillis(250), InetAddress::getAllByName, CommandSet.CLASSIC));

    ClassicCommandsIT() {
        super(MEMCACHED);
    }
}
