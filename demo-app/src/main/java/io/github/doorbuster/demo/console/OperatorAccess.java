package io.github.doorbuster.demo.console;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may see and use the controls: who may read {@code /stats}, by a name of this machine, and for changes
 * only from a page of this server.
 *
 * <p>The check of {@code Host} stops a foreign page whose name resolves to loopback (DNS rebinding); {@code Origin} and
 * the token stop a foreign page that posts to this server (cross-site request forgery).
 */
public final class OperatorAccess {

    static final String TOKEN_HEADER = "X-CSRF-Token";

    private static final Pattern LOCAL_HOST = Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d{1,5})?");
    private static final int TOKEN_BYTES = 16;

    private final Function<HttpServletRequest, Optional<String>> statsRule;
    private final String token;

    /**
     * Creates a rule with a new token.
     *
     * @param statsRule returns why a request may not read {@code /stats}, or empty if it may
     */
    public OperatorAccess(Function<HttpServletRequest, Optional<String>> statsRule) {
        this.statsRule = statsRule;
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        this.token = HexFormat.of().formatHex(random);
    }

    /** {@return the token that requests for a change need} */
    String token() {
        return token;
    }

    /** {@return why a request may not see the controls, or empty if it may} */
    Optional<String> denialOfReading(HttpServletRequest request) {
        Optional<String> denial = statsRule.apply(request);
        if (denial.isPresent()) {
            return denial;
        }
        String host = lowerCase(request.getHeader("Host"));
        return LOCAL_HOST.matcher(host).matches()
                ? Optional.empty()
                : Optional.of("the Host of this request is not 127.0.0.1, localhost or [::1]; use one of these names");
    }

    /** {@return why a request may not change anything, or empty if it may} */
    Optional<String> denialOfChange(HttpServletRequest request) {
        Optional<String> denial = denialOfReading(request);
        if (denial.isPresent()) {
            return denial;
        }
        String origin = lowerCase(request.getHeader("Origin"));
        if (!origin.equals("http://" + lowerCase(request.getHeader("Host")))) {
            return Optional.of("the Origin of this request is not this server; use the console of this server");
        }
        String given = request.getHeader(TOKEN_HEADER);
        return given != null && MessageDigest.isEqual(bytes(given), bytes(token))
                ? Optional.empty()
                : Optional.of("the header %s is missing or wrong; GET the same path for csrf_token, or reload the page"
                        .formatted(TOKEN_HEADER));
    }

    private static String lowerCase(@Nullable String header) {
        return header == null ? "" : header.toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
