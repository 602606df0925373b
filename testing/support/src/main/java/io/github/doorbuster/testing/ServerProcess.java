package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A server run as a child process: it never outlives this JVM, writes to a log file, and takes signals. */
final class ServerProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final long LOG_TAIL = 4_000;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread killer;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.killer = new Thread(this::kill, "doorbuster-testing-kill-" + name);
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param name what to call it in messages
     * @param command the command line
     * @param log the file that takes its output
     * @param answers whether it answers by now
     * @return the running server
     */
    static ServerProcess start(String name, List<String> command, Path log, BooleanSupplier answers) {
        try {
            ServerProcess server = new ServerProcess(
                    name,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start(),
                    log);
            Runtime.getRuntime().addShutdownHook(server.killer);
            server.process.getOutputStream().close();
            server.awaitAnswer(answers);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /** A loopback port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal, by the shell's own {@code kill}: a minimal system has no other. */
    void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("cannot send SIG" + signal + " to " + name + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling " + name, e);
        }
    }

    /** Stops the server with SIGSTOP, and waits until all its threads stand: one that runs may yet give an answer. */
    void stop() {
        signal("STOP");
        for (long deadline = System.nanoTime() + STOP_LIMIT.toNanos(); !isStopped(); ) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(name + " does not stop, pid " + process.pid());
            }
            Thread.onSpinWait();
        }
    }

    private boolean isStopped() {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        try (Stream<Path> all = Files.list(threads)) {
            return all.map(thread -> thread.resolve("stat")).allMatch(ServerProcess::saysStopped);
        } catch (NoSuchFileException e) {
            return true; // No Linux: the signal has to do.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The state is the letter behind the name, which is in parentheses and may hold anything. */
    private static boolean saysStopped(Path stat) {
        try {
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return true; // The thread has ended.
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Waits, for a few seconds at most, until the server has ended by itself. */
    void awaitEnd() {
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills the server with its workers, running or stopped, and waits until it is gone. */
    @Override
    public void close() {
        kill();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " survived SIGKILL, pid " + process.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running and finds nothing left to do.
        }
    }

    /** The parent first, which would replace a worker that ends before it. */
    private void kill() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    private void awaitAnswer(BooleanSupplier answers) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                String state = process.isAlive() ? "does not answer" : "ended with status " + process.exitValue();
                close();
                throw new IllegalStateException(name + " " + state + ":\n" + logTail());
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                close();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while starting " + name, e);
            }
        }
    }

    private String logTail() {
        try {
            String text = Files.readString(log, StandardCharsets.ISO_8859_1);
            return text.substring((int) Math.max(0, text.length() - LOG_TAIL));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
