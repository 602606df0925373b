package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A server as a child process, with its own folder. It writes its output to a log file there, takes signals, and never
 * outlives this JVM.
 *
 * <p>Environment variables of this JVM that configure the demo are not passed on.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A start takes a second, but many times longer on a machine with a load of 20. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);

    private static final long POLL_MILLIS = 5;
    private static final String DEMO_VARIABLES = "DOORBUSTER_";

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread killer;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.killer = new Thread(this::kill, "doorbuster-testing-kill-" + name);
    }

    /** Starts a server and waits until it is ready. */
    static ChildProcess start(String name, List<String> command, Path folder, BooleanSupplier ready) {
        ChildProcess server = launch(name, command, Map.of(), folder);
        server.awaitReady(ready);
        return server;
    }

    /**
     * Starts a process and does not wait for it.
     *
     * @param name what messages call it
     * @param environment variables to set
     * @param folder the working directory, which gets the log
     */
    public static ChildProcess launch(String name, List<String> command, Map<String, String> environment, Path folder) {
        try {
            Path log = folder.resolve(name + ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith(DEMO_VARIABLES));
            builder.environment().putAll(environment);
            ChildProcess child = new ChildProcess(name, builder.start(), log);
            Runtime.getRuntime().addShutdownHook(child.killer);
            child.process.getOutputStream().close();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /**
     * Waits until a condition holds.
     *
     * @throws IllegalStateException if the process ends before, or three minutes pass; the process is killed then, and
     *     the message contains its log
     */
    public void awaitReady(BooleanSupplier ready) {
        long start = System.nanoTime();
        while (!ready.getAsBoolean()) {
            boolean alive = process.isAlive();
            if (!alive && ready.getAsBoolean()) {
                return;
            }
            if (!alive || System.nanoTime() - start > READY_LIMIT.toNanos()) {
                String state = alive ? "is not ready" : "ended with status " + process.exitValue();
                close();
                throw new IllegalStateException(name + " " + state + ":\n" + log());
            }
            pause();
        }
    }

    /** Sends a signal, by the shell's built-in {@code kill}: a minimal system has no other. */
    public void signal(String signal) {
        CommandResult.of("sh", "-c", "kill -" + signal + " " + process.pid()).orThrow();
    }

    /** Stops the process with SIGSTOP, and waits until none of its threads runs: a running one may still answer. */
    public void stop() {
        signal("STOP");
        long start = System.nanoTime();
        while (!isStopped()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException(name + " does not stop, pid " + process.pid());
            }
            Thread.onSpinWait();
        }
    }

    private boolean isStopped() {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        try (Stream<Path> all = Files.list(threads)) {
            return all.map(thread -> thread.resolve("stat")).allMatch(ChildProcess::isStopped);
        } catch (NoSuchFileException e) {
            return true; // Not Linux: the signal must do.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the state: the letter after the name, which is in parentheses and may contain anything. */
    private static boolean isStopped(Path stat) {
        try {
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return true; // The thread has ended.
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Returns what the process has written to standard output and standard error. */
    public String log() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM and does not wait. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Waits until the process has ended by itself, and returns its status.
     *
     * @throws IllegalStateException if that takes more than a minute
     */
    public int awaitExit() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " did not end within " + LIMIT + ":\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
        removeShutdownHook();
        return process.exitValue();
    }

    private void removeShutdownHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs now and finds nothing to do.
        }
    }

    /** Kills the process and its children with SIGKILL, whether they run or are stopped, and waits for the end. */
    @Override
    public void close() {
        kill();
        awaitExit();
    }

    /** Kills the parent first, because it would replace a worker that ends before it. */
    private void kill() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    private void pause() {
        try {
            Thread.sleep(POLL_MILLIS); // nothing tells that a line was logged or a port opened; the caller has a limit
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + name, e);
        }
    }
}
