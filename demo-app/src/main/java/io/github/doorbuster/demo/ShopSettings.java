package io.github.doorbuster.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link ShopServer}.
 *
 * @param port 0 for any free port
 * @param journalDir null for the default of the port
 * @param httpstats whether to run the part of this name; the same goes for {@code buylock} and {@code pvpool}
 * @param stock of each item that is created, or null for the defaults
 * @param concurrentPurchases the most purchases in the database at once
 */
record ShopSettings(
        int port,
        ServerOptions servers,
        @Nullable Path journalDir,
        boolean httpstats,
        boolean buylock,
        boolean pvpool,
        @Nullable Integer stock,
        int concurrentPurchases) {}
