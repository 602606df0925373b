package io.github.doorbuster.demo;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The demo jar as a process of its own, driven the way a person would. */
final class DemoProcess implements AutoCloseable {

    private static final String READY = "listening on ";
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 60;

    private final Process process;
    private final Path log;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final CompletableFuture<URI> ready = new CompletableFuture<>();

    private DemoProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the jar on any free port and returns once it says that it listens. */
    static DemoProcess start(List<String> options) {
        return start(List.of(), options);
    }

    /** The same for a process whose files may not grow beyond a size. */
    static DemoProcess startWithFileLimit(int kibibytes, List<String> options) {
        String blocks = String.valueOf(2 * kibibytes);
        return start(List.of("sh", "-c", "ulimit -f \"$0\" && exec \"$@\"", blocks), options);
    }

    private static DemoProcess start(List<String> before, List<String> options) {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(options);
        DemoProcess demo = launch(before, all, Map.of());
        demo.uri();
        return demo;
    }

    /** Starts the jar with just these options and does not wait for it. */
    static DemoProcess launch(List<String> options, Map<String, String> environment) {
        return launch(List.of(), options, environment);
    }

    private static DemoProcess launch(List<String> before, List<String> options, Map<String, String> environment) {
        try {
            Path target = Path.of(System.getProperty("demo.jar")).getParent();
            Path log = Files.createTempFile(target, "demo-", ".log");
            List<String> command = new ArrayList<>(before);
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-Djava.io.tmpdir=" + target,
                    "-jar",
                    System.getProperty("demo.jar")));
            command.addAll(options);
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("DOORBUSTER_"));
            builder.environment().putAll(environment);
            DemoProcess demo = new DemoProcess(builder.start(), log);
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-kill"));
            Thread reader = new Thread(demo::readOutput, "demo-output");
            reader.setDaemon(true);
            reader.start();
            return demo;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readOutput() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                output.add(line);
                if (line.startsWith(READY)) {
                    ready.complete(URI.create(line.substring(READY.length())));
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new IllegalStateException("the demo ended before it listened"));
    }

    /** Where it listens. */
    URI uri() {
        try {
            return ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the demo did not start:\n" + log(), e);
        }
    }

    /** Whether it has said that it listens. */
    boolean isListening() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /** Everything it wrote to stderr so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every line it wrote to stdout so far. */
    List<String> output() {
        return output;
    }

    /** What is in use on its heap after a full collection. */
    long heapBytes() {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
            try (JMXConnector connector =
                    JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
                MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                        connector.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
                memory.gc();
                return memory.getHeapMemoryUsage().getUsed();
            } finally {
                machine.detach();
            }
        } catch (IOException | AttachNotSupportedException e) {
            throw new IllegalStateException("cannot ask the demo for its heap", e);
        }
    }

    /** Sends SIGTERM and returns how the process ended. */
    int terminate() {
        process.destroy();
        return exit();
    }

    /** Sends SIGTERM, from a thread of its own, once the latch is down; the thread ends when the process has. */
    Thread terminateAfter(CountDownLatch latch) {
        Thread terminator = new Thread(
                () -> {
                    try {
                        latch.await();
                        terminate();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "demo-terminator");
        terminator.start();
        return terminator;
    }

    /** Waits for the process to end by itself. */
    int exit() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the demo did not end within " + Duration.ofSeconds(STOP_SECONDS) + ":\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGKILL and waits until the process is gone. */
    void kill() {
        process.destroyForcibly();
        exit();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
