package io.github.doorbuster.benchmarks.buylock;

import io.github.doorbuster.buylock.memcached.SingleCommands;
import jakarta.servlet.AsyncContext;

/** The two commands over the client of the kit, without the kit's lock and store. */
final class TwoCommandsByClient implements TwoCommands {

    private final SingleCommands client;

    /** Connects to {@code host:port}. */
    TwoCommandsByClient(String address) {
        client = SingleCommands.connect(address);
    }

    @Override
    public void acquire(String key, AsyncContext request) {
        client.send(ACQUIRE + key + ACQUIRE_END, key, request::dispatch);
    }

    @Override
    public void release(String key) {
        client.send(RELEASE + key + RELEASE_END, key, TwoCommandsByClient::nothing);
    }

    private static void nothing() {}

    @Override
    public void close() {
        client.close();
    }
}
