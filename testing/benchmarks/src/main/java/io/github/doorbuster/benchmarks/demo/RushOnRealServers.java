package io.github.doorbuster.benchmarks.demo;

import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the {@code rush} of the demo with a memcached and a MariaDB. Arguments: those of {@code rush}. */
public final class RushOnRealServers {

    private static final String JAR = "demo-app/target/demo-app.jar";

    private RushOnRealServers() {}

    /**
     * Starts the servers, runs the rush, and ends with its status.
     *
     * @param args the options of {@code rush}, except those of the servers
     */
    public static void main(String[] args) throws Exception {
        int exit;
        // Without the lock every buyer waits on a database connection.
        try (MemcachedServer memcached = MemcachedServer.startOwn();
                MariaDbServer database = MariaDbServer.startOwn("--max-connections=1000")) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR, "rush"));
            command.addAll(List.of("--memcached", memcached.address()));
            command.addAll(List.of("--jdbc-url", database.jdbcUrl("rush")));
            command.addAll(List.of("--jdbc-user", database.user()));
            command.addAll(List.of("--jdbc-password", database.password()));
            command.addAll(List.of(args));
            exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        }
        System.exit(exit);
    }
}
