package io.github.doorbuster.containers;

import io.github.doorbuster.testing.ChildProcess;
import io.github.doorbuster.testing.CommandResult;
import io.github.doorbuster.testing.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server as its project distributes it, in a process and a base folder of its own. It deploys what is put into its
 * folder {@code webapps}, and undeploys what is removed from there.
 */
final class StockServer implements AutoCloseable {

    /** The servers, by the system property {@code stock.NAME} with their home. */
    enum Kind {
        TOMCAT("Starting ProtocolHandler \\[\"http-nio-127\\.0\\.0\\.1-auto-1-(\\d+)\"]"),
        JETTY("Started oejs\\.ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

        private final Pattern ready;

        Kind(String ready) {
            this.ready = Pattern.compile(ready);
        }

        private Path home() {
            return Path.of(System.getProperty("stock." + name()));
        }
    }

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String HEAP = "-Xmx256m";

    /** With it, a garbage collection also clears what is only softly reachable. */
    private static final String NO_SOFT_REFERENCES = "-XX:SoftRefLRUPolicyMSPerMB=0";

    /**
     * A thread that Tomcat starts while an application calls it keeps that application until Tomcat renews the thread.
     */
    private static final String FIXED_THREADS = "maxThreads=\"8\" minSpareThreads=\"8\"";

    private final Path base;
    private final ChildProcess process;
    private final Kind kind;

    private StockServer(Kind kind, Path base, ChildProcess process) {
        this.kind = kind;
        this.base = base;
        this.process = process;
    }

    /** Starts a server with a JDBC driver among its own libraries. */
    static StockServer start(Kind kind, Path driver) throws IOException {
        Path base = Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "bases").toAbsolutePath()), kind.name());
        StockServer server = new StockServer(
                kind, base, kind == Kind.TOMCAT ? tomcat(kind.home(), base, driver) : jetty(kind.home(), base, driver));
        server.process.awaitReady(() -> kind.ready.matcher(server.log()).find());
        return server;
    }

    private static ChildProcess tomcat(Path home, Path base, Path driver) throws IOException {
        for (String folder : List.of("conf", "lib", "logs", "temp", "webapps", "work")) {
            Files.createDirectory(base.resolve(folder));
        }
        try (Stream<Path> files = Files.list(home.resolve("conf"))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve("conf").resolve(file.getFileName()));
            }
        }
        Path serverXml = base.resolve("conf/server.xml");
        Files.writeString(
                serverXml,
                Files.readString(serverXml)
                        .replace("port=\"8005\"", "port=\"-1\"")
                        .replace(
                                "<Connector port=\"8080\"",
                                "<Connector port=\"0\" address=\"127.0.0.1\" " + FIXED_THREADS)
                        .replace("<Engine ", "<Engine backgroundProcessorDelay=\"1\" "));
        Files.copy(driver, base.resolve("lib").resolve(driver.getFileName()));
        Map<String, String> environment = Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "CATALINA_HOME", home.toString(),
                "CATALINA_BASE", base.toString(),
                "CATALINA_OPTS", HEAP + " " + NO_SOFT_REFERENCES);
        return ChildProcess.launch(
                "tomcat", List.of("sh", home.resolve("bin/catalina.sh").toString(), "run"), environment, base);
    }

    private static ChildProcess jetty(Path home, Path base, Path driver) throws IOException {
        String start = home.resolve("start.jar").toString();
        String jettyBase = "jetty.base=" + base;
        CommandResult.of(JAVA, "-jar", start, jettyBase, "--add-modules=http,ext,ee11-deploy,ee11-plus")
                .orThrow();
        Path ext = Files.createDirectories(base.resolve("lib/ext"));
        Files.copy(driver, ext.resolve(driver.getFileName()));
        return ChildProcess.launch(
                "jetty",
                List.of(
                        JAVA,
                        HEAP,
                        NO_SOFT_REFERENCES,
                        "-Djava.io.tmpdir=" + base,
                        "-jar",
                        start,
                        jettyBase,
                        "jetty.http.port=0",
                        "jetty.http.host=127.0.0.1",
                        "jetty.deploy.scanInterval=1"),
                Map.of(),
                base);
    }

    /** {@return the address of an application} */
    URI uri(String application) {
        Matcher ready = kind.ready.matcher(log());
        return URI.create("http://127.0.0.1:" + (ready.find() ? ready.group(1) : "0") + "/" + application);
    }

    void deploy(Path war) throws IOException {
        // At once: the server must not see half of it.
        Path beside = Files.copy(war, base.resolve(war.getFileName()));
        Files.move(beside, base.resolve("webapps").resolve(war.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    void undeploy(Path war) throws IOException {
        Files.delete(base.resolve("webapps").resolve(war.getFileName()));
    }

    /** {@return the loaded classes by class loader, after a garbage collection} */
    String classes() {
        jcmd("GC.run");
        return jcmd("VM.classloaders", "show-classes");
    }

    /** {@return the stacks of all threads} */
    String threads() {
        return jcmd("Thread.print");
    }

    private String jcmd(String... command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return CommandResult.of(Stream.concat(Stream.of(jcmd, Long.toString(process.pid())), Stream.of(command))
                        .toArray(String[]::new))
                .orThrow()
                .output();
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
        try {
            Folders.delete(base);
        } catch (UncheckedIOException e) {
            throw new IllegalStateException(log(), e);
        }
    }
}
