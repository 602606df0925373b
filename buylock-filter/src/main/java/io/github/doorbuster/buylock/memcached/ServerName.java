package io.github.doorbuster.buylock.memcached;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The name of a server as it is configured. Items are placed by this text, not by its address, so that nodes which
 * resolve it differently agree.
 *
 * @param text {@code host:port}
 */
record ServerName(String text, String host, int port) {

    /**
     * Parses a list of servers, {@code host:port,host:port}.
     *
     * @throws IllegalArgumentException if a name is malformed or occurs twice
     */
    static List<ServerName> parse(String memcached) {
        List<ServerName> names = new ArrayList<>();
        for (String part : memcached.split(",", -1)) {
            ServerName name = parseOne(memcached, part.strip());
            if (names.contains(name)) {
                throw new IllegalArgumentException(
                        "memcached=%s: must name each server once; \"%s\" occurs twice".formatted(memcached, name));
            }
            names.add(name);
        }
        return names;
    }

    private static ServerName parseOne(String all, String one) {
        int colon = one.lastIndexOf(':');
        String host = colon < 0 ? "" : one.substring(0, colon);
        String port = one.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "memcached=%s: must be host:port, or several separated by commas; \"%s\" is not"
                            .formatted(all, one));
        }
        return new ServerName(one, host, Integer.parseInt(port));
    }

    /**
     * Resolves the name. If it has several addresses, returns the lowest one of the kind (IPv4 or IPv6) that comes
     * first, so that all nodes use the same one.
     */
    InetSocketAddress resolve(HostResolver resolver) throws UnknownHostException {
        InetAddress[] all = resolver.resolve(host);
        byte[] lowest = Arrays.stream(all)
                .map(InetAddress::getAddress)
                .filter(address -> address.length == all[0].getAddress().length)
                .min(Arrays::compareUnsigned)
                .orElseThrow(() -> new UnknownHostException(host));
        // The address is its own name, so that no library below resolves the name again.
        String number = InetAddress.getByAddress(lowest).getHostAddress();
        return new InetSocketAddress(InetAddress.getByAddress(number, lowest), port);
    }

    @Override
    public String toString() {
        return text;
    }
}
