package io.github.doorbuster.testing;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A memcached on a free loopback port, or the one that {@code MEMCACHED_ADDR} ({@code host:port}) names.
 *
 * <p>A named server cannot be stopped, killed or restarted: these methods throw.
 */
public final class MemcachedServer implements AutoCloseable {

    static final String VARIABLE = "MEMCACHED_ADDR";

    private final String address;
    private final @Nullable String tlsAddress;
    private final List<String> extraArgs;
    private final @Nullable Path directory;
    private @Nullable ChildProcess process;

    private MemcachedServer(
            String address, @Nullable String tlsAddress, List<String> extraArgs, @Nullable Path directory) {
        this.address = address;
        this.tlsAddress = tlsAddress;
        this.extraArgs = extraArgs;
        this.directory = directory;
    }

    /**
     * Starts memcached and waits until it answers.
     *
     * @param extraArgs more arguments, as {@code "-m", "64"}
     */
    public static MemcachedServer start(String... extraArgs) {
        return startUnlessGiven(System.getenv(VARIABLE), extraArgs);
    }

    static MemcachedServer startUnlessGiven(@Nullable String given, String... extraArgs) {
        if (given != null && !given.isBlank()) {
            MemcachedServer server = new MemcachedServer(given.strip(), null, List.of(), null);
            server.command("version");
            return server;
        }
        return startOwn(extraArgs);
    }

    /**
     * Starts a memcached even if {@code MEMCACHED_ADDR} names one, for tests that stop and kill it.
     *
     * @param extraArgs more arguments, as {@code "-m", "64"}
     */
    public static MemcachedServer startOwn(String... extraArgs) {
        return startAt("127.0.0.1:" + Ports.free(), extraArgs);
    }

    /**
     * Starts a memcached at an address, as {@link #startOwn(String...)} does at a free one.
     *
     * @param address {@code host:port}, the host as a number
     */
    public static MemcachedServer startAt(String address, String... extraArgs) {
        return launched(
                new MemcachedServer(address, null, List.of(extraArgs), Folders.temporary("doorbuster-memcached-")));
    }

    /**
     * Starts a memcached that also listens with TLS, at {@link #tlsAddress()}.
     *
     * @param certificate a file in PEM format that every user may read
     * @param key its private key, likewise
     */
    public static MemcachedServer startWithTls(Path certificate, Path key) {
        return launched(new MemcachedServer(
                "127.0.0.1:" + Ports.free(),
                "127.0.0.1:" + Ports.free(),
                List.of("-Z", "-o", "ssl_chain_cert=" + certificate + ",ssl_key=" + key),
                Folders.temporary("doorbuster-memcached-")));
    }

    private static MemcachedServer launched(MemcachedServer server) {
        try {
            server.launch();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** {@return where the server listens, {@code host:port}} */
    public String address() {
        return address;
    }

    /** {@return where the server listens with TLS, {@code host:port}} */
    public String tlsAddress() {
        return Objects.requireNonNull(tlsAddress, "started without TLS");
    }

    /** Stops the process with SIGSTOP: it keeps its connections and accepts new ones, but answers nothing. */
    public void stop() {
        own().stop();
    }

    /** Continues a stopped process with SIGCONT. */
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
     * Sends one command of the ASCII protocol and returns the lines of the answer, including the one that ends it.
     *
     * @param command the command without its line end; a data block follows after {@code \r\n}
     */
    public List<String> command(String command) {
        return MemcachedCommand.send(address, command);
    }

    /** Kills a server that we started; does nothing to a named one. */
    @Override
    public void close() {
        ChildProcess running = process;
        if (running != null) {
            running.close();
            process = null;
        }
        if (directory != null) {
            Folders.delete(directory);
        }
    }

    private ChildProcess own() {
        ChildProcess running = process;
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
        int colon = address.lastIndexOf(':');
        command.addAll(List.of("-U", "0", "-p", address.substring(colon + 1)));
        command.addAll(List.of(
                "-l", tlsAddress == null ? address.substring(0, colon) : "notls:" + address + ',' + tlsAddress));
        command.addAll(extraArgs);
        process = ChildProcess.start("memcached", command, Objects.requireNonNull(directory), this::answers);
    }

    private boolean answers() {
        try {
            return command("version").get(0).startsWith("VERSION");
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
