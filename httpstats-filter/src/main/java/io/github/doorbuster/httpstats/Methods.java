package io.github.doorbuster.httpstats;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request methods that are counted separately. All others are counted as {@code _OTHER}, to limit memory. */
final class Methods {

    static final int OTHER = 0;

    private static final List<String> NAMES =
            List.of(Routes.OTHER_NAME, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT");

    private Methods() {}

    static String name(int index) {
        return NAMES.get(index);
    }

    static int indexOf(@Nullable String method) {
        if (method == null) {
            return OTHER;
        }
        return switch (method) {
            case "GET" -> 1;
            case "HEAD" -> 2;
            case "POST" -> 3;
            case "PUT" -> 4;
            case "DELETE" -> 5;
            case "PATCH" -> 6;
            case "OPTIONS" -> 7;
            case "TRACE" -> 8;
            case "CONNECT" -> 9;
            default -> OTHER;
        };
    }
}
