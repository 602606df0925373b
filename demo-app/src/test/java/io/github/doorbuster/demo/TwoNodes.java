package io.github.doorbuster.demo;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.NginxServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Two demos with one memcached and one database, for an nginx in front. */
record TwoNodes(MemcachedServer memcached, DemoDatabase database, DemoProcess a, DemoProcess b)
        implements AutoCloseable {

    static TwoNodes start(Path journals, String... options) {
        MemcachedServer memcached = MemcachedServer.start();
        DemoDatabase database = DemoDatabase.on(MariaDbServer.shared());
        List<String> shared = new ArrayList<>(List.of(options));
        shared.add("--memcached=" + memcached.address());
        CompletableFuture<DemoProcess> b =
                CompletableFuture.supplyAsync(() -> node(shared, database.options(journals.resolve("b"))));
        DemoProcess a = node(shared, database.options(journals.resolve("a")));
        return new TwoNodes(memcached, database, a, b.join());
    }

    private static DemoProcess node(List<String> shared, List<String> own) {
        return DemoProcess.start(Stream.concat(shared.stream(), own.stream()).toList());
    }

    /** Starts nginx with a configuration that has the addresses of the documentation. */
    NginxServer behind(String configuration) {
        return NginxServer.start(configuration
                .replace("10.0.0.11:8080", a.uri().getAuthority())
                .replace("10.0.0.12:8080", b.uri().getAuthority()));
    }

    @Override
    public void close() {
        a.close();
        b.close();
        memcached.close();
    }
}
