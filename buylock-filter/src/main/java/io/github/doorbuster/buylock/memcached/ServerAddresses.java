package io.github.doorbuster.buylock.memcached;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Parses a list of servers, {@code host:port,host:port}. */
final class ServerAddresses {

    private ServerAddresses() {}

    /**
     * {@return the resolved addresses}
     *
     * @throws IllegalArgumentException if an address is malformed or cannot be resolved
     */
    static List<InetSocketAddress> parse(String memcached) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String part : memcached.split(",", -1)) {
            servers.add(parseOne(memcached, part.strip()));
        }
        return servers;
    }

    private static InetSocketAddress parseOne(String all, String one) {
        int colon = one.lastIndexOf(':');
        String host = colon < 0 ? "" : one.substring(0, colon);
        String port = one.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "memcached=%s: must be host:port, or several separated by commas; \"%s\" is not"
                            .formatted(all, one));
        }
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "memcached=%s: must name hosts that resolve; \"%s\" does not".formatted(all, host));
        }
        return address;
    }
}
