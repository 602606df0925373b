package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Buyer;
import io.github.doorbuster.buylock.KeptPlace;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs and checks tickets: cookies with which rejected buyers keep their place in the queue of an item.
 *
 * <p>A ticket has the time of the first arrival, its expiry, a nonce, and an HMAC-SHA256 (RFC 2104) over these, the
 * item and the buyer. A ticket without a buyer is valid for every buyer. Safe for use by many threads.
 */
final class Tickets {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int NONCE_BYTES = 16;
    private static final Pattern FORM =
            Pattern.compile("1\\.([ab])\\.(\\d{1,15})\\.(\\d{1,15})\\.([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{43})");
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final List<SecretKeySpec> keys;
    private final Duration lifetime;
    private final boolean secure;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    private Tickets(List<String> secrets, Duration lifetime, boolean secure, InstantSource clock) {
        this.keys = secrets.stream()
                .map(secret -> new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM))
                .toList();
        this.lifetime = lifetime;
        this.secure = secure;
        this.clock = clock;
    }

    /** {@return the tickets that a filter is set to give, or null if it is not} */
    static @Nullable Tickets of(BuyLockFilterConfig config, InstantSource clock) {
        return config.ticketSecret().isEmpty()
                ? null
                : new Tickets(
                        Arrays.asList(config.ticketSecret().split(",")),
                        Duration.ofSeconds(config.ticketSeconds()),
                        config.ticketSecure(),
                        clock);
    }

    /** {@return a ticket for the first request of a buyer for an item} */
    Ticket first(String itemId, @Nullable Buyer buyer) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Instant now = clock.instant();
        KeptPlace place = new KeptPlace(BASE64.encodeToString(nonce), now, now.plus(lifetime));
        return new Ticket(this, itemId, buyer, place, false);
    }

    /** {@return the valid ticket of a request for an item, or null if it has none} */
    @Nullable
    Ticket find(HttpServletRequest request, String itemId, @Nullable Buyer buyer) {
        Cookie[] cookies = request.getCookies();
        String name = cookieName(itemId);
        for (Cookie cookie : cookies == null ? new Cookie[0] : cookies) {
            KeptPlace place = cookie.getName().equals(name) ? check(cookie.getValue(), itemId, buyer) : null;
            if (place != null) {
                return new Ticket(this, itemId, buyer, place, true);
            }
        }
        return null;
    }

    private @Nullable KeptPlace check(@Nullable String value, String itemId, @Nullable Buyer buyer) {
        Matcher form = FORM.matcher(value == null ? "" : value);
        if (!form.matches()) {
            return null;
        }
        boolean anonymous = form.group(1).equals("a");
        if (!anonymous && buyer == null) {
            return null;
        }
        String fields = value.substring(0, form.start(5) - 1);
        byte[] signature = Base64.getUrlDecoder().decode(form.group(5));
        byte[] signed = signed(fields, itemId, anonymous ? null : buyer);
        boolean genuine = false;
        for (SecretKeySpec key : keys) {
            genuine |= MessageDigest.isEqual(signature, hmac(key, signed));
        }
        Instant since = Instant.ofEpochMilli(Long.parseLong(form.group(2)));
        Instant until = Instant.ofEpochMilli(Long.parseLong(form.group(3)));
        Instant now = clock.instant();
        return genuine && !since.isAfter(now) && until.isAfter(now) ? new KeptPlace(form.group(4), since, until) : null;
    }

    /** Adds a cookie that keeps the place from now on for the whole lifetime of a ticket. */
    void keep(HttpServletResponse response, Ticket ticket) {
        String fields = "1.%s.%d.%d.%s"
                .formatted(
                        ticket.buyer() == null ? "a" : "b",
                        ticket.place().since().toEpochMilli(),
                        clock.instant().plus(lifetime).toEpochMilli(),
                        ticket.place().nonce());
        byte[] signature = hmac(keys.get(0), signed(fields, ticket.itemId(), ticket.buyer()));
        setCookie(response, ticket.itemId(), fields + '.' + BASE64.encodeToString(signature), lifetime.toSeconds());
    }

    /** Removes the cookie from the browser. */
    void remove(HttpServletResponse response, Ticket ticket) {
        setCookie(response, ticket.itemId(), "", 0);
    }

    private void setCookie(HttpServletResponse response, String itemId, String value, long seconds) {
        response.addHeader(
                "Set-Cookie",
                "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
                        .formatted(cookieName(itemId), value, seconds, secure ? "; Secure" : ""));
    }

    /** A buyer can wait for several items, so each has a cookie of its own. */
    static String cookieName(String itemId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(itemId.getBytes(StandardCharsets.UTF_8));
            return "buylock-" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** With the lengths, the end of the item and the start of the buyer are unambiguous. */
    private static byte[] signed(String fields, String itemId, @Nullable Buyer buyer) {
        byte[] text = fields.getBytes(StandardCharsets.UTF_8);
        byte[] item = itemId.getBytes(StandardCharsets.UTF_8);
        byte[] who = buyer == null ? new byte[0] : buyer.id().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(text.length + item.length + who.length + 2 * Integer.BYTES)
                .putInt(text.length)
                .put(text)
                .putInt(item.length)
                .put(item)
                .put(who)
                .array();
    }

    private static byte[] hmac(SecretKeySpec key, byte[] signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
