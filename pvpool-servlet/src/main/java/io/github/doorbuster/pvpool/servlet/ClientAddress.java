package io.github.doorbuster.pvpool.servlet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
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
        InetAddress client = CidrAllowList.address(peer);
        if (trusted == null || !trusted.contains(client)) {
            return number(client);
        }
        List<String> values = Collections.list(header);
        for (int i = values.size() - 1; i >= 0; i--) {
            String value = values.get(i);
            for (int end = value.length(); end >= 0; ) {
                int comma = value.lastIndexOf(',', end - 1);
                String hop = value.substring(comma + 1, end).strip();
                end = comma;
                if (hop.isEmpty()) {
                    continue;
                }
                client = CidrAllowList.address(hop);
                if (!trusted.contains(client)) {
                    return number(client);
                }
            }
        }
        return number(client);
    }

    private static long number(@Nullable InetAddress address) {
        if (address == null) {
            return UNKNOWN;
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == Integer.BYTES ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    }
}
