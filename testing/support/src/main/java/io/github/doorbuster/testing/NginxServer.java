package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/** An nginx on a free loopback port: the program that {@code NGINX} names, or the system's. */
public final class NginxServer implements AutoCloseable {

    private static final String VARIABLE = "NGINX";
    private static final List<String> TEMPORARY = List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi");

    private final int port;
    private final Path folder;
    private final ChildProcess process;

    private NginxServer(String configuration) {
        port = Ports.free();
        folder = openToWorkers(Folders.temporary("doorbuster-nginx-"));
        try {
            Path file = Files.writeString(folder.resolve("nginx.conf"), local(configuration));
            List<String> command = List.of(
                    SystemPackage.programOrGiven("nginx", "nginx", VARIABLE).toString(),
                    "-p",
                    folder.toString(),
                    "-c",
                    file.toString(),
                    "-e",
                    folder.resolve("error.log").toString(),
                    "-g",
                    "daemon off;");
            process = ChildProcess.start("nginx", command, folder, this::accepts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            Folders.delete(folder);
            throw e;
        }
    }

    /**
     * Starts nginx and waits until it accepts connections.
     *
     * @param configuration a complete configuration that listens on port 80; its port and its system paths are replaced
     */
    public static NginxServer start(String configuration) {
        return new NginxServer(configuration);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@return its error log} */
    public String errorLog() {
        return Repository.read(folder.resolve("error.log"));
    }

    /** Kills it and its workers, and removes its folder. */
    @Override
    public void close() {
        process.close();
        Folders.delete(folder);
    }

    private String local(String configuration) {
        String temporary = TEMPORARY.stream()
                .map(name -> "    %s_temp_path %s;%n".formatted(name, folder.resolve(name)))
                .collect(Collectors.joining());
        String moved = replace(configuration, "listen 80 ", "listen 127.0.0.1:" + port + " ");
        moved = replace(moved, "/var/log/nginx/", folder + "/");
        moved = replace(moved, "/run/nginx.pid", folder.resolve("nginx.pid").toString());
        return replace(moved, "http {\n", "http {\n" + temporary);
    }

    private static String replace(String text, String part, String replacement) {
        if (!text.contains(part)) {
            throw new IllegalStateException("the configuration has no: " + part);
        }
        return text.replace(part, replacement);
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Its workers run as another user. */
    private static Path openToWorkers(Path folder) {
        try {
            return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
