package io.github.doorbuster.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the demo. */
@Command(
        name = "demo-app",
        mixinStandardHelpOptions = true,
        version = "Doorbuster demo-app",
        sortOptions = false,
        defaultValueProvider = EnvironmentVariables.class,
        description = {
            "A small shop with a statistics filter, a purchase lock and a page-view pool.",
            "Without options it needs no server: the database and the locks are in memory."
        },
        footer = "%nEach option is also an environment variable: --journal-dir is DOORBUSTER_JOURNAL_DIR.")
final class DemoOptions {

    private static final int CONCURRENT_PURCHASES = 40;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port to listen on, 0 for any free port. Default: ${DEFAULT-VALUE}.")
    int port;

    @Mixin
    ServerOptions servers = new ServerOptions();

    @Option(
            names = "--journal-dir",
            paramLabel = "DIR",
            description = "Folder of the view journal; each process needs its own."
                    + " Default: doorbuster-demo/journal-PORT; a temporary folder with --port 0.")
    @Nullable
    Path journalDir;

    @Option(
            names = "--stock",
            paramLabel = "N",
            description = "Stock of each item that the demo creates; items that exist keep their stock."
                    + " Default: 50 of item 1, 100 of each other.")
    @Nullable
    Integer stock;

    @Option(
            names = "--no-buylock",
            defaultValue = "false",
            description = "Run without the purchase lock, for comparison.")
    boolean noBuylock;

    @Option(
            names = "--no-pvpool",
            defaultValue = "false",
            description = "Run without the page-view pool, for comparison: one statement for each view.")
    boolean noPvpool;

    @Option(
            names = "--no-httpstats",
            defaultValue = "false",
            description = "Run without the response-time statistics and without /stats.")
    boolean noHttpstats;

    ShopSettings settings() {
        OptionChecks.requireRange("--port", port, 0, 65_535);
        if (stock != null) {
            OptionChecks.requireRange("--stock", stock, 1, OptionChecks.MAX_STOCK);
        }
        servers.validate();
        return new ShopSettings(
                port, servers, journalDir, !noHttpstats, !noBuylock, !noPvpool, stock, CONCURRENT_PURCHASES);
    }
}
