package io.github.doorbuster.demo;

import io.github.doorbuster.demo.rush.SalePlan;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the rush. */
@Command(
        name = "rush",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        defaultValueProvider = EnvironmentVariables.class,
        description = {
            "Runs the same sale without the kit, with the lock, with the pool, and with both.",
            "Prints a summary and the results side by side. The exit status is 3 if an item was oversold or a view was lost."
        },
        footer = "%nEach option is also an environment variable: --views-per-request is DOORBUSTER_VIEWS_PER_REQUEST.")
final class RushOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "URL of a running shop. The sale runs only there, with the stock that the shop has.")
    @Nullable
    URI url;

    @Option(
            names = "--buyers",
            paramLabel = "N",
            defaultValue = "200",
            description = "Number of users who buy the hot item. Default: ${DEFAULT-VALUE}.")
    int buyers;

    @Option(
            names = "--others",
            paramLabel = "N",
            defaultValue = "4",
            description = "Shoppers who buy other items. Default: ${DEFAULT-VALUE}.")
    int others;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "Nodes of the shop, which share --memcached and --jdbc-url. Default: ${DEFAULT-VALUE}.")
    int nodes;

    @Option(
            names = "--scenarios",
            paramLabel = "NAME",
            split = ",",
            description = "Only these scenarios, separated by commas. Default: no kit,lock,pool,lock + pool.")
    List<String> scenarios = List.of();

    @Option(
            names = "--viewers",
            paramLabel = "N",
            defaultValue = "16",
            description = "Number of users who view items. Default: ${DEFAULT-VALUE}.")
    int viewers;

    @Option(
            names = "--views-per-request",
            paramLabel = "N",
            defaultValue = "10",
            description = "Views in each request of a viewer. Default: ${DEFAULT-VALUE}.")
    int viewsPerRequest;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Duration of each sale in seconds. Default: ${DEFAULT-VALUE}.")
    int seconds;

    @Option(
            names = "--stock",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Stock of the hot item. Default: ${DEFAULT-VALUE}.")
    int stock;

    @Option(
            names = "--item",
            paramLabel = "ID",
            defaultValue = "1",
            description = "Id of the hot item. Default: ${DEFAULT-VALUE}.")
    String item = "";

    @Option(names = "--report", paramLabel = "FILE", description = "Also write the results to an HTML page with plots.")
    @Nullable
    Path report;

    @Mixin
    ServerOptions servers = new ServerOptions();

    SalePlan plan() {
        OptionChecks.requireRange("--buyers", buyers, 0, 2_000);
        OptionChecks.requireRange("--others", others, 0, 1_000);
        OptionChecks.requireRange("--nodes", nodes, 1, 16);
        if (nodes > 1 && servers.memcached == null) {
            throw OptionChecks.invalid("--nodes", nodes, "needs --memcached, where the nodes keep their locks");
        }
        OptionChecks.requireRange("--viewers", viewers, 0, 1_000);
        OptionChecks.requireRange("--views-per-request", viewsPerRequest, 1, 1_000);
        OptionChecks.requireRange("--seconds", seconds, 1, 3_600);
        OptionChecks.requireRange("--stock", stock, 1, OptionChecks.MAX_STOCK);
        servers.validate();
        return new SalePlan(buyers, viewers, viewsPerRequest, 0, seconds, stock, item);
    }
}
