package io.github.doorbuster.demo;

import io.github.doorbuster.demo.rush.SalePlan;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the rush. */
@Command(
        name = "rush",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the same sale without the kit, with the lock, with the pool, and with both.",
            "Prints what came of it side by side. Exits with 3 if an item was oversold or a view lost."
        })
final class RushOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A shop that runs already; then the sale is held there alone, with the stock it has.")
    @Nullable
    URI url;

    @Option(names = "--buyers", paramLabel = "N", defaultValue = "200", description = "Buyers. Default: 200.")
    int buyers;

    @Option(names = "--viewers", paramLabel = "N", defaultValue = "16", description = "Viewers. Default: 16.")
    int viewers;

    @Option(
            names = "--views-per-request",
            paramLabel = "N",
            defaultValue = "10",
            description = "Views a viewer sends together. Default: 10.")
    int viewsPerRequest;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long each sale is open. Default: 10.")
    int seconds;

    @Option(
            names = "--stock",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many of the hot item there are. Default: 10000.")
    int stock;

    @Option(
            names = "--item",
            paramLabel = "ID",
            defaultValue = "1",
            description = "The item everybody wants. Default: 1.")
    String item = "1";

    @Option(names = "--report", paramLabel = "FILE", description = "Write the comparison as a page with plots, too.")
    @Nullable
    Path report;

    @Mixin
    ServerOptions servers = new ServerOptions();

    SalePlan plan() {
        Rules.within("--buyers", buyers, 0, 2_000);
        Rules.within("--viewers", viewers, 0, 1_000);
        Rules.within("--views-per-request", viewsPerRequest, 1, 1_000);
        Rules.within("--seconds", seconds, 1, 3_600);
        Rules.within("--stock", stock, 1, 100_000_000);
        servers.validate();
        return new SalePlan(buyers, viewers, viewsPerRequest, seconds, stock, item);
    }
}
