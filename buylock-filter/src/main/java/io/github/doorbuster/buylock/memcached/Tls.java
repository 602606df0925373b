package io.github.doorbuster.buylock.memcached;

import java.util.Arrays;
import javax.net.ssl.SSLContext;
import net.spy.memcached.ConnectionFactory;

/**
 * How to connect to a server by TLS.
 *
 * @param host the name that the certificate of the server must have
 */
record Tls(SSLContext context, String host) {

    /**
     * Checks that the client supports TLS.
     *
     * @throws IllegalArgumentException if it does not
     */
    static void requireClient() {
        if (Arrays.stream(ConnectionFactory.class.getMethods())
                .noneMatch(method -> method.getName().equals("getSSLContext"))) {
            throw new IllegalArgumentException(
                    "memcachedTls=true: must be false with net.spy:spymemcached, which has no TLS;"
                            + " replace it by com.amazonaws:elasticache-java-cluster-client");
        }
    }
}
