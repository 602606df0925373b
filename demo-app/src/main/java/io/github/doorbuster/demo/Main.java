package io.github.doorbuster.demo;

import io.github.doorbuster.demo.rush.Rush;
import java.nio.file.FileSystemException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Starts the demo, and shuts it down when the process is asked to stop. */
public final class Main {

    private static final int BAD_OPTION = 2;
    private static final int CANNOT_START = 1;
    private static final int INEXACT = 3;

    private Main() {}

    /**
     * Runs the demo until SIGTERM or SIGINT, or a rush until it has finished.
     *
     * @param args the options that {@code --help} lists
     */
    public static void main(String[] args) {
        DemoOptions demo = new DemoOptions();
        RushOptions rush = new RushOptions();
        CommandLine command = new CommandLine(demo).addSubcommand(rush);
        try {
            CommandLine.ParseResult parsed = command.parseArgs(args);
            if (CommandLine.printHelpIfRequested(parsed)) {
                return;
            }
            if (parsed.hasSubcommand()) {
                rush(rush);
            } else {
                serve(demo.settings());
            }
        } catch (ParameterException e) {
            exit(BAD_OPTION, e.getMessage() + " (--help lists the options)");
        } catch (IllegalArgumentException e) {
            exit(BAD_OPTION, e.getMessage());
        } catch (FileSystemException e) {
            exit(CANNOT_START, "cannot start: " + e); // the message has only the path
        } catch (Exception e) {
            exit(CANNOT_START, "cannot start: " + e.getMessage());
        }
    }

    private static void rush(RushOptions options) throws Exception {
        boolean exact = new Rush(options.plan(), options.others, System.err)
                .run(new RushScenarios(options), System.out, options.report);
        System.exit(exact ? 0 : INEXACT);
    }

    private static void serve(ShopSettings settings) throws Exception {
        ShopServer server = ShopServer.start(settings);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            stopped.countDown();
                        },
                        "doorbuster-demo-shutdown"));
        System.out.println("listening on " + server.uri());
        System.out.flush();
        stopped.await();
    }

    private static void exit(int status, String line) {
        System.err.println("demo-app: " + line);
        System.exit(status);
    }
}
