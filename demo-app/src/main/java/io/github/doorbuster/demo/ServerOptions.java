package io.github.doorbuster.demo;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options about the servers behind the shop, and about what a purchase takes; each also an environment variable.
 */
final class ServerOptions {

    @Option(
            names = "--memcached",
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:DOORBUSTER_MEMCACHED}",
            description = "memcached servers that hold the purchase locks. Environment: DOORBUSTER_MEMCACHED."
                    + " Default: locks in memory, of this process alone.")
    @Nullable
    String memcached;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            defaultValue = "${env:DOORBUSTER_JDBC_URL}",
            description = "Database of the shop and the views (jdbc:mysql: for MySQL and MariaDB, jdbc:h2:)."
                    + " Environment: DOORBUSTER_JDBC_URL. Default: an H2 database in memory.")
    @Nullable
    String jdbcUrl;

    @Option(
            names = "--jdbc-user",
            paramLabel = "USER",
            defaultValue = "${env:DOORBUSTER_JDBC_USER}",
            description = "Environment: DOORBUSTER_JDBC_USER.")
    @Nullable
    String jdbcUser;

    @Option(
            names = "--jdbc-password",
            paramLabel = "PASSWORD",
            defaultValue = "${env:DOORBUSTER_JDBC_PASSWORD}",
            description = "Environment: DOORBUSTER_JDBC_PASSWORD, which keeps it out of the process list.")
    @Nullable
    String jdbcPassword;

    @Option(
            names = "--purchase-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:DOORBUSTER_PURCHASE_MILLIS:-20}",
            description = "How long a purchase holds its row. Environment: DOORBUSTER_PURCHASE_MILLIS. Default: 20.")
    int purchaseMillis;

    void validate() {
        Rules.within("--purchase-millis", purchaseMillis, 0, 60_000);
        if (jdbcUrl != null && !jdbcUrl.startsWith("jdbc:mysql:") && !jdbcUrl.startsWith("jdbc:h2:")) {
            throw Rules.refused("--jdbc-url", jdbcUrl, "must start with jdbc:mysql: (MySQL, MariaDB) or jdbc:h2:");
        }
    }
}
