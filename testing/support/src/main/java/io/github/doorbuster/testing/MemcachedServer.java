package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A memcached on a free loopback port, or the one that {@code MEMCACHED_ADDR} ({@code host:port}) names.
 *
 * <p>A named server is only talked to: the methods that stop, kill or restart it throw.
 */
public final class MemcachedServer implements AutoCloseable {

    static final String VARIABLE = "MEMCACHED_ADDR";

    private final String address;
    private final List<String> extraArgs;
    private final @Nullable Path log;
    private @Nullable ServerProcess process;

    private MemcachedServer(String address, List<String> extraArgs, @Nullable Path log) {
        this.address = address;
        this.extraArgs = extraArgs;
        this.log = log;
    }

    /**
     * Starts memcached and waits until it answers.
     *
     * @param extraArgs more arguments, as {@code "-m", "64"}
     * @return the running server
     */
    public static MemcachedServer start(String... extraArgs) {
        return startUnlessGiven(System.getenv(VARIABLE), extraArgs);
    }

    static MemcachedServer startUnlessGiven(@Nullable String given, String... extraArgs) {
        if (given != null && !given.isBlank()) {
            MemcachedServer server = new MemcachedServer(given.strip(), List.of(), null);
            server.command("version");
            return server;
        }
        return startOwn(extraArgs);
    }

    /**
     * Starts a memcached of our own even where {@code MEMCACHED_ADDR} names one, for tests that stop and kill it.
     *
     * @param extraArgs more arguments, as {@code "-m", "64"}
     * @return the running server
     */
    public static MemcachedServer startOwn(String... extraArgs) {
        try {
            Path log = Files.createTempFile("doorbuster-memcached-", ".log");
            log.toFile().deleteOnExit();
            MemcachedServer server =
                    new MemcachedServer("127.0.0.1:" + ServerProcess.freePort(), List.of(extraArgs), log);
            server.launch();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns where the server listens.
     *
     * @return {@code host:port}
     */
    public String address() {
        return address;
    }

    /** Stops the process with SIGSTOP: it keeps its connections and accepts new ones, but answers nothing. */
    public void stop() {
        own().stop();
    }

    /** Lets a stopped process go on, with SIGCONT. */
    public void cont() {
        own().signal("CONT");
    }

    /** Kills the process with SIGKILL and waits until it is gone. */
    public void kill() {
        own().close();
    }

    /** Starts it again, empty, on the same port; kills it first if it is running. */
    public void restart() {
        own().close();
        launch();
    }

    /**
     * Sends one command of the ASCII protocol and returns the lines of the answer.
     *
     * @param command the command without its line end; a data block follows after {@code \r\n}
     * @return the lines, up to and with the one that ends the answer
     */
    public List<String> command(String command) {
        return MemcachedCommand.send(address, command);
    }

    /** Kills a server of our own; does nothing to one that was given. */
    @Override
    public void close() {
        ServerProcess running = process;
        if (running != null) {
            running.close();
            process = null;
        }
        if (log != null) {
            log.toFile().delete();
        }
    }

    private ServerProcess own() {
        ServerProcess running = process;
        if (running == null) {
            throw new IllegalStateException(
                    "memcached at " + address + " is not ours to stop (closed, or given by " + VARIABLE + ")");
        }
        return running;
    }

    private void launch() {
        List<String> command = new ArrayList<>(List.of(
                SystemPackage.program("memcached", "memcached", VARIABLE).toString()));
        if (SystemPackage.isRoot()) {
            command.addAll(List.of("-u", "nobody"));
        }
        String port = address.substring(address.lastIndexOf(':') + 1);
        command.addAll(List.of("-l", "127.0.0.1", "-p", port, "-U", "0"));
        command.addAll(extraArgs);
        process = ServerProcess.start("memcached", command, Objects.requireNonNull(log), this::answers);
    }

    private boolean answers() {
        try {
            return command("version").get(0).startsWith("VERSION");
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
