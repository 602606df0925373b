package io.github.doorbuster.testing;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Redis on a free loopback port: the program that {@code REDIS_SERVER} names, or the system's. */
public final class RedisServer implements AutoCloseable {

    private static final String VARIABLE = "REDIS_SERVER";
    private static final int TIMEOUT_MILLIS = 5000;

    private final int port = Ports.free();
    private final Path folder = Folders.temporary("doorbuster-redis-");
    private final ChildProcess process;

    private RedisServer(String... extraArgs) {
        List<String> command = new ArrayList<>(List.of(
                SystemPackage.programOrGiven("redis-server", "redis-server", VARIABLE)
                        .toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--dir",
                folder.toString(),
                "--save",
                ""));
        command.addAll(List.of(extraArgs));
        try {
            process = ChildProcess.start("redis", command, folder, this::answers);
        } catch (RuntimeException e) {
            Folders.delete(folder);
            throw e;
        }
    }

    /**
     * Starts Redis without snapshots, and waits until it answers.
     *
     * @param extraArgs more arguments, as {@code "--appendonly", "yes"}
     */
    public static RedisServer start(String... extraArgs) {
        return new RedisServer(extraArgs);
    }

    /** {@return where the server listens, {@code host:port}} */
    public String address() {
        return "127.0.0.1:" + port;
    }

    private boolean answers() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(7);
            return new String(answer, StandardCharsets.US_ASCII).equals("+PONG\r\n");
        } catch (IOException e) {
            return false;
        }
    }

    /** Kills the server and removes its folder. */
    @Override
    public void close() {
        process.close();
        Folders.delete(folder);
    }
}
