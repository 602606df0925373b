package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.ItemId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** Parses {@code ?item_ids=1,m2}. */
final class CountsQuery {

    private static final String NAME = "item_ids=";

    private CountsQuery() {}

    /** Splits the ids before it decodes them, so that {@code %2C} is a comma within an id. */
    static Set<String> read(HttpServletRequest request, int maxIds) throws HttpException {
        Set<String> ids = new LinkedHashSet<>();
        String query = request.getQueryString();
        for (String part : query == null ? new String[0] : query.split("&")) {
            if (!part.startsWith(NAME)) {
                continue;
            }
            for (String id : part.substring(NAME.length()).split(",", -1)) {
                ids.add(decode(id));
                if (ids.size() > maxIds) {
                    throw new HttpException(
                            HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                            "item_ids has more than %d ids; send several requests".formatted(maxIds));
                }
            }
        }
        if (ids.isEmpty()) {
            throw HttpException.badRequest("item_ids is missing; send ?item_ids=1,m2");
        }
        return ids;
    }

    private static String decode(String text) throws HttpException {
        try {
            String id = URLDecoder.decode(text, StandardCharsets.UTF_8);
            ItemId.require(id);
            return id;
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
