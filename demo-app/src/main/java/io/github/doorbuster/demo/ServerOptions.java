package io.github.doorbuster.demo;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that the demo and the rush share: the servers of the shop, and the duration of a purchase. */
final class ServerOptions {

    @Option(
            names = "--memcached",
            paramLabel = "HOST:PORT,...",
            description = "memcached servers for the purchase locks. Default: locks in the memory of this process.")
    @Nullable
    String memcached;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "Database of the shop and the views (jdbc:mysql: for MySQL and MariaDB, jdbc:h2:)."
                    + " Default: an H2 database in memory.")
    @Nullable
    String jdbcUrl;

    @Option(names = "--jdbc-user", paramLabel = "USER", description = "Database user.")
    @Nullable
    String jdbcUser;

    @Option(
            names = "--jdbc-password",
            paramLabel = "PASSWORD",
            description = "Database password. The environment variable keeps it out of the process list.")
    @Nullable
    String jdbcPassword;

    @Option(
            names = "--purchase-millis",
            paramLabel = "MILLIS",
            defaultValue = "20",
            description = "How long a purchase locks its row. Default: ${DEFAULT-VALUE}.")
    int purchaseMillis;

    @Option(
            names = "--permits",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many purchases of an item the lock lets through at once. Default: ${DEFAULT-VALUE}.")
    int permits;

    @Option(
            names = "--wait-millis",
            paramLabel = "MILLIS",
            defaultValue = "5000",
            description = "How long a purchase waits for its item. Default: ${DEFAULT-VALUE}.")
    int waitMillis;

    void validate() {
        OptionChecks.requireRange("--permits", permits, 1, 100);
        OptionChecks.requireRange("--purchase-millis", purchaseMillis, 0, 60_000);
        OptionChecks.requireRange("--wait-millis", waitMillis, 0, 600_000);
        if (jdbcUrl != null && !jdbcUrl.startsWith("jdbc:mysql:") && !jdbcUrl.startsWith("jdbc:h2:")) {
            throw OptionChecks.invalid(
                    "--jdbc-url",
                    ShopDatabase.withoutParameters(jdbcUrl),
                    "must start with jdbc:mysql: (MySQL, MariaDB) or jdbc:h2:");
        }
    }

    /** {@return whether the data of the shop ends with this process} */
    boolean inMemory() {
        return jdbcUrl == null || jdbcUrl.startsWith("jdbc:h2:mem:");
    }
}
