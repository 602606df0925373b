package io.github.doorbuster.buylock.memcached;

import io.github.doorbuster.testing.MemcachedServer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One memcached, and one store on it, for all tests of a class. */
final class MemcachedOfClass implements BeforeAllCallback, AfterAllCallback {

    interface Start {
        MemcachedServer start() throws Exception;
    }

    interface Connect {
        MemcachedLockStore connect(MemcachedServer server) throws Exception;
    }

    private final Start start;
    private final Connect connect;
    private @Nullable MemcachedServer server;
    private @Nullable MemcachedLockStore store;

    MemcachedOfClass(Connect connect) {
        this(MemcachedServer::start, connect);
    }

    MemcachedOfClass(Start start, Connect connect) {
        this.start = start;
        this.connect = connect;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        server = start.start();
        store = connect.connect(server);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (store != null) {
            store.close();
        }
        if (server != null) {
            server.close();
        }
    }

    MemcachedServer server() {
        return Objects.requireNonNull(server);
    }

    MemcachedLockStore store() {
        return Objects.requireNonNull(store);
    }
}
