package io.github.doorbuster.demo;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.NginxServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Two demos that share a memcached and a database, to put an nginx in front of. */
record TwoNodes(MemcachedServer memcached, String url, DemoProcess a, DemoProcess b) implements AutoCloseable {

    static TwoNodes start(Path journals, String... options) {
        MariaDbServer mariaDb = MariaDbServer.shared();
        MemcachedServer memcached = MemcachedServer.start();
        String url = mariaDb.jdbcUrl("nodes_" + Long.toString(System.nanoTime(), Character.MAX_RADIX));
        List<String> shared = new ArrayList<>(List.of(options));
        shared.addAll(List.of(
                "--memcached=" + memcached.address(),
                "--jdbc-url=" + url,
                "--jdbc-user=" + mariaDb.user(),
                "--jdbc-password=" + mariaDb.password()));
        CompletableFuture<DemoProcess> b = CompletableFuture.supplyAsync(() -> node(shared, journals.resolve("b")));
        return new TwoNodes(memcached, url, node(shared, journals.resolve("a")), b.join());
    }

    private static DemoProcess node(List<String> shared, Path journal) {
        List<String> options = new ArrayList<>(shared);
        options.add("--journal-dir=" + journal);
        return DemoProcess.start(options);
    }

    /** Starts an nginx with a configuration in which the nodes have the addresses of the documentation. */
    NginxServer behind(String configuration) {
        return NginxServer.start(configuration
                .replace("10.0.0.11:8080", a.uri().getAuthority())
                .replace("10.0.0.12:8080", b.uri().getAuthority()));
    }

    Connection database() throws SQLException {
        MariaDbServer mariaDb = MariaDbServer.shared();
        return DriverManager.getConnection(url, mariaDb.user(), mariaDb.password());
    }

    @Override
    public void close() {
        a.close();
        b.close();
        memcached.close();
    }
}
