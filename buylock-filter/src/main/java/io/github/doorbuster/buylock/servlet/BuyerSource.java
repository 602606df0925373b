package io.github.doorbuster.buylock.servlet;

import io.github.doorbuster.buylock.Buyer;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request has its buyer: {@code principal}, {@code session}, {@code cookie:NAME}, {@code header:NAME} or
 * {@code query:NAME}.
 */
final class BuyerSource {

    static final int MAX_LENGTH = 256;

    private static final Pattern FORM = Pattern.compile("principal|session|(cookie|header|query):([!-~]{1,100})");

    private final boolean authenticated;
    private final IdFinder id;

    private interface IdFinder {
        @Nullable
        String find(HttpServletRequest request) throws HttpException;
    }

    private BuyerSource(boolean authenticated, IdFinder id) {
        this.authenticated = authenticated;
        this.id = id;
    }

    /**
     * {@return the source that a setting describes; null if it is empty}
     *
     * @throws IllegalArgumentException if the setting has another form
     */
    static @Nullable BuyerSource of(String setting) {
        if (setting.isEmpty()) {
            return null;
        }
        Matcher form = FORM.matcher(setting);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "buyer=%s: must be principal, session, cookie:NAME, header:NAME or query:NAME".formatted(setting));
        }
        String name = form.group(2);
        return switch (form.group(1) == null ? setting : form.group(1)) {
            case "principal" -> new BuyerSource(true, BuyerSource::principal);
            case "session" -> new BuyerSource(true, BuyerSource::session);
            case "cookie" -> new BuyerSource(false, request -> cookie(request, name));
            case "header" -> new BuyerSource(false, request -> request.getHeader(name));
            default -> {
                ItemIdSource query = new ItemIdSource.Query(name);
                yield new BuyerSource(
                        false,
                        request -> query.find(request).stream().findFirst().orElse(null));
            }
        };
    }

    /**
     * {@return the buyer of a request, or null if it has none}
     *
     * @throws HttpException with 400 if the id is longer than {@value #MAX_LENGTH} characters
     */
    @Nullable
    Buyer find(HttpServletRequest request) throws HttpException {
        String found = id.find(request);
        if (found == null || found.isBlank()) {
            return null;
        }
        if (found.length() > MAX_LENGTH) {
            throw HttpException.badRequest("a buyer has at most %d characters".formatted(MAX_LENGTH));
        }
        return new Buyer(found, authenticated);
    }

    private static @Nullable String principal(HttpServletRequest request) {
        Principal user = request.getUserPrincipal();
        return user == null ? null : user.getName();
    }

    private static @Nullable String session(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session == null ? null : session.getId();
    }

    private static @Nullable String cookie(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name)) {
                    return cookie.getValue();
                }
            }
        }
        return null;
    }
}
