package io.github.doorbuster.httpstats;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests may read the statistics: those with the token, and those from an allowed address. By default,
 * loopback is allowed, and requests that a proxy has forwarded are not. Immutable.
 */
public final class StatsAccess {

    private static final String LOOPBACK = "127.0.0.0/8, ::1/128";
    private static final String SCHEME = "bearer ";

    /** RFC 6750, section 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{16,256}=*");

    /** Headers that proxies add, and that browsers and command-line clients do not send by default; in lower case. */
    private static final Set<String> PROXY_HEADERS = Set.of(
            "forwarded",
            "via",
            "true-client-ip",
            "client-ip",
            "cdn-loop",
            "fly-client-ip",
            "fastly-client-ip",
            "proxy-client-ip",
            "wl-proxy-client-ip",
            "remote-addr",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-proxyuser-ip",
            "x-remote-addr",
            "x-remote-ip",
            "x-originating-ip",
            "x-request-start",
            "x-queue-start",
            "x-request-id",
            "x-varnish",
            "x-amzn-trace-id",
            "x-cloud-trace-context",
            "x-host",
            "x-scheme");

    private static final Set<String> PROXY_PREFIXES =
            Set.of("x-forwarded", "x-original-", "x-envoy-", "x-arr-", "x-azure-", "x-appengine-", "x-amz-cf-", "cf-");

    private final String addresses;
    private final CidrAllowList allowed;
    private final boolean loopbackByDefault;
    private final byte @Nullable [] token;

    private StatsAccess(@Nullable String allow, @Nullable String token) {
        addresses = allow == null ? LOOPBACK : allow;
        allowed = CidrAllowList.parse("allow", addresses);
        loopbackByDefault = allow == null;
        this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Creates a rule.
     *
     * @param allow addresses and CIDR ranges, separated by commas, or null for loopback only
     * @param token the bearer token that gives access from any address, 16 characters or more, or null for none
     * @throws IllegalArgumentException if an element of {@code allow} is neither an address nor a range, or the token
     *     is not valid; the message does not contain the token
     */
    public static StatsAccess of(@Nullable String allow, @Nullable String token) {
        if (token != null && !TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "token=***: must be 16 to 256 letters, digits or characters of -._~+/; use, for example, openssl rand -hex 32");
        }
        return new StatsAccess(allow, token);
    }

    /**
     * Decides about a request.
     *
     * @param peer the address of the other end of the connection, or null if it is no longer known
     * @param headers the names of the headers as they were received
     * @param authorization the {@code Authorization} header
     * @return why the request may not read the statistics, or empty if it may
     */
    public Optional<Denial> denial(@Nullable String peer, Collection<String> headers, @Nullable String authorization) {
        if (token != null && authorization != null && isBearer(authorization)) {
            return hasToken(authorization) ? Optional.empty() : Optional.of(Denial.unauthorized());
        }
        if (peer == null) {
            return Optional.of(
                    Denial.forbidden(
                            "the server has replaced the address of the client with one that was sent to it, which anyone can"
                                    + " send; only a bearer token may read the statistics here: set token of the StatsServlet"));
        }
        if (!allowed.allows(peer)) {
            return Optional.of(Denial.forbidden(
                    "%s may not read the statistics; add it to allow of the StatsServlet, or set its token"
                            .formatted(Excerpt.of(peer))));
        }
        // A proxy on this machine connects from loopback, even for a client elsewhere.
        return loopbackByDefault && headers.stream().anyMatch(StatsAccess::isSetByProxies)
                ? Optional.of(Denial.forbidden(
                        "this request came through a proxy, and only local clients may read the statistics;"
                                + " to let the proxy decide who may, add its address to allow of the StatsServlet"))
                : Optional.empty();
    }

    private static boolean isSetByProxies(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return PROXY_HEADERS.contains(name) || PROXY_PREFIXES.stream().anyMatch(name::startsWith);
    }

    private static boolean isBearer(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    private boolean hasToken(String authorization) {
        byte[] presented = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        // Takes the same time wherever the first difference is, so it does not reveal a part of the token.
        return MessageDigest.isEqual(presented, token);
    }

    /** {@return the allowed addresses, and whether there is a token, but not the token} */
    @Override
    public String toString() {
        return addresses + (token == null ? "" : ", and to requests with the token");
    }

    /**
     * Why a request may not read the statistics.
     *
     * @param status 401 for a wrong token, which needs a {@code WWW-Authenticate: Bearer} header; otherwise 403
     * @param reason a sentence for the client
     */
    public record Denial(int status, String reason) {

        static Denial unauthorized() {
            return new Denial(401, "this is not the token of the StatsServlet");
        }

        static Denial forbidden(String reason) {
            return new Denial(403, reason);
        }
    }
}
