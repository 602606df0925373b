package io.github.doorbuster.pvpool.servlet;

/**
 * Which clients may post views, and how many. All of it is off by default.
 *
 * <p>An address is an IPv4 address or the first 64 bits of an IPv6 address, since one user usually has all addresses
 * that share them (RFC 6177).
 *
 * @param allowedOrigins the origins of the pages that may post, such as {@code https://shop.example}, separated by
 *     commas; a POST from a page of another origin gets 403. Default: empty, which allows all
 * @param perClient the ids that one address may post within a minute: 0 to 1,000,000, default 0, which sets no limit
 * @param maxClients the addresses that have a limit of their own: 100 to 10,000,000, default 100,000. Those beyond it
 *     share one limit
 * @param trustedProxies the proxies that the address of the client is taken from: addresses and CIDR ranges, separated
 *     by commas. Default: empty, so that the client is the peer of the connection
 * @param clientHeader the header in which {@code trustedProxies} send the client: default {@code X-Forwarded-For}. Its
 *     last address that is not a trusted proxy is the client
 */
public record ClientLimits(
        String allowedOrigins, int perClient, int maxClients, String trustedProxies, String clientHeader) {

    /** Every option at its default: no limit. */
    public static final ClientLimits DEFAULTS = new ClientLimits("", 0, 100_000, "", "X-Forwarded-For");

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names key, value and range
     */
    public ClientLimits {
        Settings.requireRange("perClient", perClient, 0, 1_000_000, "0 sets no limit");
        Settings.requireRange("maxClients", maxClients, 100, 10_000_000, "an address takes about 150 bytes of heap");
        AllowedOrigins.parse(allowedOrigins);
        ClientAddress.behind(trustedProxies);
        if (clientHeader.isBlank()) {
            throw new IllegalArgumentException("clientHeader=: must be the name of a header, such as X-Forwarded-For");
        }
    }
}
