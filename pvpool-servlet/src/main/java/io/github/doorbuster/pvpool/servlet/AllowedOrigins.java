package io.github.doorbuster.pvpool.servlet;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The origins of the pages that may post views. Browsers send the header {@code Origin} with each POST; other clients
 * do not, and are not restricted.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-7">RFC 6454, section 7</a>
 */
final class AllowedOrigins {

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#@,\\s]+");

    private final Set<String> origins;

    private AllowedOrigins(Set<String> origins) {
        this.origins = origins;
    }

    /**
     * Parses a comma-separated list. An empty one allows all.
     *
     * @throws IllegalArgumentException if an element is not an origin
     */
    static AllowedOrigins parse(String list) {
        return new AllowedOrigins(
                list.isBlank()
                        ? Set.of()
                        : Arrays.stream(list.split(",", -1))
                                .map(AllowedOrigins::origin)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    private static String origin(String text) {
        String origin = text.strip().toLowerCase(Locale.ROOT);
        if (!ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException(
                    "allowedOrigins=%s: must be origins without a path, separated by commas, such as https://shop.example"
                            .formatted(Excerpt.of(text)));
        }
        return origin;
    }

    /** {@return whether a request with this header {@code Origin} comes from an allowed page, or from no page} */
    boolean allow(@Nullable String origin) {
        return origins.isEmpty() || origin == null || origins.contains(origin.toLowerCase(Locale.ROOT));
    }
}
