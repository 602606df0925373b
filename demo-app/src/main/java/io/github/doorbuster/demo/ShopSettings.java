package io.github.doorbuster.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a shop is started with.
 *
 * @param port where to listen, 0 for any free port
 * @param servers the servers behind it
 * @param journalDir the folder of the view journal, or null for one of the port
 * @param httpstats whether response times are taken
 * @param buylock whether the purchase lock is in front
 * @param pvpool whether the page-view pool is in front
 * @param concurrentPurchases how many purchases may be in the database at once
 */
record ShopSettings(
        int port,
        ServerOptions servers,
        @Nullable Path journalDir,
        boolean httpstats,
        boolean buylock,
        boolean pvpool,
        int concurrentPurchases) {}
