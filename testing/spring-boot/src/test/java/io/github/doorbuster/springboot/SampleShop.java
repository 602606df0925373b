package io.github.doorbuster.springboot;

import io.github.doorbuster.testing.ChildProcess;
import io.github.doorbuster.testing.Folders;
import io.github.doorbuster.testing.HttpTestClient;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sample as a process of its own, with memcached and MariaDB. */
final class SampleShop implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Started ShopApplication");
    private static final Pattern PORT = Pattern.compile("started on ports? (\\d+)");

    private final ChildProcess process;
    private final Path folder;

    private SampleShop(ChildProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** Starts the sample and waits until it has started. */
    static SampleShop start(Sample sample, MemcachedServer memcached, String database, String... options) {
        MariaDbServer mariaDb = MariaDbServer.shared();
        List<String> all = new ArrayList<>(List.of(
                "--doorbuster.buylock.memcached=" + memcached.address(),
                "--spring.datasource.url=" + mariaDb.jdbcUrl(database),
                "--spring.datasource.username=" + mariaDb.user(),
                "--spring.datasource.password=" + mariaDb.password()));
        all.addAll(List.of(options));
        SampleShop shop = launch(sample.classPath(), all);
        shop.process.awaitReady(() -> READY.matcher(shop.log()).find());
        return shop;
    }

    /** Starts the sample with only these options and does not wait. */
    static SampleShop launch(String classPath, List<String> options) {
        Path folder = newFolder();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                classPath,
                "com.example.shop.ShopApplication",
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--server.forward-headers-strategy=framework",
                "--spring.main.banner-mode=off"));
        command.addAll(options);
        return new SampleShop(ChildProcess.launch("sample", command, Map.of(), folder), folder);
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "samples").toAbsolutePath()), "sample-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpTestClient client() {
        return new HttpTestClient(uri());
    }

    URI uri() {
        Matcher port = PORT.matcher(log());
        return URI.create("http://127.0.0.1:" + (port.find() ? port.group(1) : "0"));
    }

    String log() {
        return process.log();
    }

    /** Sends SIGTERM and does not wait. */
    void terminate() {
        process.terminate();
    }

    int awaitExit() {
        return process.awaitExit();
    }

    @Override
    public void close() {
        process.close();
        Folders.delete(folder);
    }
}
