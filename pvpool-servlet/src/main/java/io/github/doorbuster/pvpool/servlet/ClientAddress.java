package io.github.doorbuster.pvpool.servlet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the client of a request: the peer of the connection, or the one that a trusted proxy names. */
final class ClientAddress {

    private static final long UNKNOWN = -1;

    private final @Nullable CidrAllowList trusted;

    private ClientAddress(@Nullable CidrAllowList trusted) {
        this.trusted = trusted;
    }

    /**
     * Creates the rule.
     *
     * @param proxies addresses and CIDR ranges, separated by commas; empty for none
     * @throws IllegalArgumentException if one is neither
     */
    static ClientAddress behind(String proxies) {
        return new ClientAddress(proxies.isBlank() ? null : CidrAllowList.parse("trustedProxies", proxies));
    }

    /**
     * {@return a number for the client: its IPv4 address, or the first 64 bits of its IPv6 address} All clients without
     * a valid address have the same number.
     *
     * @param peer the address of the peer of the connection
     * @param header the values of the header in which proxies send the client
     */
    long of(@Nullable String peer, Enumeration<String> header) {
        if (trusted == null || !trusted.allows(peer)) {
            return number(peer);
        }
        String client = peer;
        for (String hop : hopsFromTheLast(header)) {
            client = hop;
            if (!trusted.allows(hop)) {
                break;
            }
        }
        return number(client);
    }

    private static List<String> hopsFromTheLast(Enumeration<String> header) {
        List<String> hops = new ArrayList<>(
                List.of(String.join(",", Collections.list(header)).split(",")));
        hops.replaceAll(String::strip);
        hops.removeIf(String::isEmpty);
        Collections.reverse(hops);
        return hops;
    }

    private static long number(@Nullable String text) {
        InetAddress address = CidrAllowList.address(text);
        if (address == null) {
            return UNKNOWN;
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == Integer.BYTES ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    }
}
