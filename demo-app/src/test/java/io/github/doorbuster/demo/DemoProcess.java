package io.github.doorbuster.demo;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.github.doorbuster.testing.ChildProcess;
import io.github.doorbuster.testing.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The jar of the demo as a process, with a temporary directory of its own. */
final class DemoProcess implements AutoCloseable {

    private static final Path JAR = Path.of(System.getProperty("demo.jar"));
    private static final Path LOGS = JAR.resolveSibling("demos");
    private static final List<String> JVM_OPTIONS =
            List.of(System.getProperty("demo.jvm.options").split(" "));
    private static final Pattern READY = Pattern.compile("(?m)^listening on (\\S+)$");

    private final ChildProcess process;
    private final Path temp;

    private DemoProcess(ChildProcess process, Path temp) {
        this.process = process;
        this.temp = temp;
    }

    /** Starts the demo on any free port and waits until it listens. */
    static DemoProcess start(List<String> options) {
        return start(List.of(), options);
    }

    /** Starts a demo whose files cannot grow above a size. */
    static DemoProcess startWithFileLimit(int kibibytes, List<String> options) {
        String blocks = String.valueOf(2 * kibibytes);
        return start(List.of("sh", "-c", "ulimit -f \"$0\" && exec \"$@\"", blocks), options);
    }

    private static DemoProcess start(List<String> prefix, List<String> options) {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(options);
        DemoProcess demo = launch(prefix, List.of(ClassArchive.OPTION), all, Map.of());
        demo.uri();
        return demo;
    }

    /** Starts the demo with only these options and does not wait. */
    static DemoProcess launch(List<String> options, Map<String, String> environment) {
        return launch(List.of(), List.of(ClassArchive.OPTION), options, environment);
    }

    private static DemoProcess launch(
            List<String> prefix, List<String> jvmOptions, List<String> options, Map<String, String> environment) {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(LOGS), "demo-");
            Path temp = Files.createDirectory(folder.resolve("tmp"));
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx512m", "-Djava.io.tmpdir=" + temp));
            command.addAll(JVM_OPTIONS);
            command.addAll(jvmOptions);
            command.addAll(List.of("-jar", JAR.toString()));
            command.addAll(options);
            return new DemoProcess(ChildProcess.launch("demo", command, environment, folder), temp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the demo listens, and returns its base URL. */
    URI uri() {
        process.awaitReady(this::isListening);
        Matcher ready = READY.matcher(log());
        return URI.create(ready.find() ? ready.group(1) : "");
    }

    long pid() {
        return process.pid();
    }

    boolean isListening() {
        return READY.matcher(log()).find();
    }

    /** {@return what it has written to standard output and standard error} */
    String log() {
        return process.log();
    }

    /** {@return the files in its temporary directory} */
    List<Path> temporaryFiles() throws IOException {
        try (var files = Files.list(temp)) {
            return files.toList();
        }
    }

    /** {@return the bytes in use on its heap after a full collection} */
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
            throw new IllegalStateException("cannot read the heap of the demo", e);
        }
    }

    /** Sends SIGTERM, waits for the end, and returns the status. */
    int terminate() {
        process.terminate();
        return process.awaitExit();
    }

    /** Calls {@link #terminate} on a thread of its own when the latch has reached zero. */
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

    /** Waits until the demo has ended by itself, and returns its status. */
    int awaitExit() {
        return process.awaitExit();
    }

    /** Kills the demo with SIGKILL, if it runs, and removes its temporary files. */
    @Override
    public void close() {
        process.close();
        Folders.delete(temp);
    }

    /** The classes that a start of the demo loads, so that the other starts load them faster. */
    private static final class ClassArchive {

        private static final Path FILE = JAR.resolveSibling("demo.jsa");
        static final String OPTION = "-XX:SharedArchiveFile=" + FILE;

        static {
            try (DemoProcess demo =
                    launch(List.of(), List.of("-XX:ArchiveClassesAtExit=" + FILE), List.of("--port", "0"), Map.of())) {
                demo.uri();
                demo.terminate();
            }
        }
    }
}
