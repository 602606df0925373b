package io.github.doorbuster.testing;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Where a MySQL or MariaDB listens, and who may do everything there. */
record MySqlUrl(String address, String user, String password) {

    private static final int DEFAULT_PORT = 3306;

    static MySqlUrl parse(String text) {
        if (!text.startsWith("jdbc:mysql://")) {
            throw new IllegalArgumentException(MariaDbServer.VARIABLE + "=" + text
                    + ": must look like jdbc:mysql://host:port/?user=root&password=secret");
        }
        URI uri = URI.create(text.substring("jdbc:".length()));
        String user = "root";
        String password = "";
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                if (pair.startsWith("user=")) {
                    user = decoded(pair);
                } else if (pair.startsWith("password=")) {
                    password = decoded(pair);
                }
            }
        }
        return new MySqlUrl(uri.getHost() + ":" + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()), user, password);
    }

    /** The URL of a database, for MySQL Connector/J. */
    String jdbc(String database) {
        return "jdbc:mysql://" + address + "/" + database
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=5000";
    }

    private static String decoded(String pair) {
        return URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8);
    }
}
