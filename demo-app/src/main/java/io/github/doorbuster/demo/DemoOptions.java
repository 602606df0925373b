package io.github.doorbuster.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the demo; each is also an environment variable. */
@Command(
        name = "demo-app",
        mixinStandardHelpOptions = true,
        version = "Doorbuster demo-app",
        sortOptions = false,
        description = {
            "A small shop behind a statistics filter, a purchase lock and a page-view pool.",
            "Without options it needs nothing: an H2 database in memory and an in-memory lock."
        })
final class DemoOptions {

    private static final int CONCURRENT_PURCHASES = 40;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "${env:DOORBUSTER_PORT:-8080}",
            description = "Port to listen on, 0 for any free one. Environment: DOORBUSTER_PORT. Default: 8080.")
    int port;

    @Mixin
    ServerOptions servers = new ServerOptions();

    @Option(
            names = "--journal-dir",
            paramLabel = "DIR",
            defaultValue = "${env:DOORBUSTER_JOURNAL_DIR}",
            description = "Folder of the view journal, one process each. Environment: DOORBUSTER_JOURNAL_DIR."
                    + " Default: doorbuster-demo/journal-PORT; a temporary one with --port 0.")
    @Nullable
    Path journalDir;

    @Option(
            names = "--no-buylock",
            defaultValue = "${env:DOORBUSTER_NO_BUYLOCK:-false}",
            description = "Leave the purchase lock out, to see what it is worth. Environment: DOORBUSTER_NO_BUYLOCK.")
    boolean noBuylock;

    @Option(
            names = "--no-pvpool",
            defaultValue = "${env:DOORBUSTER_NO_PVPOOL:-false}",
            description = "Leave the page-view pool out: a statement for each view. Environment: DOORBUSTER_NO_PVPOOL.")
    boolean noPvpool;

    @Option(
            names = "--no-httpstats",
            defaultValue = "${env:DOORBUSTER_NO_HTTPSTATS:-false}",
            description = "Leave the response-time statistics out, and /stats with them."
                    + " Environment: DOORBUSTER_NO_HTTPSTATS.")
    boolean noHttpstats;

    ShopSettings settings() {
        Rules.within("--port", port, 0, 65_535);
        servers.validate();
        return new ShopSettings(port, servers, journalDir, !noHttpstats, !noBuylock, !noPvpool, CONCURRENT_PURCHASES);
    }
}
