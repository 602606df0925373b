package io.github.doorbuster.pvpool.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the JSON object of a request token by token: {@code item_ids}, {@code counts}, or both, and {@code key}, each
 * at most once. Used by one thread.
 */
final class ViewsBody {

    private static final String EXAMPLE =
            "send {\"item_ids\":[1,\"m2\",1]} or {\"counts\":{\"1\":2,\"m2\":1}}, optionally with \"key\":\"...\"";

    private final JsonParser parser;
    private final int maxIds;
    private final boolean allowNegative;
    private final List<String> ids = new ArrayList<>();
    private final List<String> decrements = new ArrayList<>();
    private boolean hasItemIds;
    private boolean hasCounts;
    private @Nullable String key;

    ViewsBody(JsonParser parser, int maxIds, boolean allowNegative) {
        this.parser = parser;
        this.maxIds = maxIds;
        this.allowNegative = allowNegative;
    }

    /** Reads the whole body. */
    void read() throws HttpException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("the body is not a JSON object");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            switch (field) {
                case "item_ids" -> {
                    once(field, hasItemIds);
                    hasItemIds = true;
                    readItemIds();
                }
                case "counts" -> {
                    once(field, hasCounts);
                    hasCounts = true;
                    readCounts();
                }
                case "key" -> {
                    once(field, key != null);
                    if (parser.nextToken() != JsonToken.VALUE_STRING) {
                        throw bad("key is not a string");
                    }
                    key = parser.getString();
                }
                default ->
                    throw bad("the object has the field \"%s\"; allowed are item_ids, counts and key"
                            .formatted(Excerpt.of(field)));
            }
        }
        if (!hasItemIds && !hasCounts) {
            throw bad("the object has neither item_ids nor counts");
        }
        if (parser.nextToken() != null) {
            throw bad("there is more text after the object");
        }
    }

    /** {@return the ids; each as often as it is counted} */
    List<String> ids() {
        return ids;
    }

    /** {@return the ids that are counted down; each as often as it is} */
    List<String> decrements() {
        return decrements;
    }

    /** {@return the idempotency key, or null} */
    @Nullable
    String key() {
        return key;
    }

    private static void once(String field, boolean seen) throws HttpException {
        if (seen) {
            throw bad("the object has the field %s twice".formatted(field));
        }
    }

    private void readItemIds() throws HttpException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw bad("item_ids is not an array");
        }
        int index = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
                throw bad("item_ids[%d] is neither a string nor an integer".formatted(index));
            }
            if (ids.size() + decrements.size() == maxIds) {
                throw tooMany();
            }
            ids.add(parser.getString());
            index++;
        }
    }

    private void readCounts() throws HttpException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("counts is not an object");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String id = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw bad("the count of \"%s\" is not an integer".formatted(Excerpt.of(id)));
            }
            addCount(id);
        }
    }

    private void addCount(String id) throws HttpException {
        // A number beyond the range of a long is beyond every limit too.
        boolean inRange = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        boolean negative = parser.getString().startsWith("-");
        if ((negative && !allowNegative) || (inRange && parser.getLongValue() == 0)) {
            throw bad("the count of \"%s\" is %s, must be %s"
                    .formatted(
                            Excerpt.of(id),
                            parser.getString(),
                            allowNegative ? "an integer that is not 0" : "1 or more"));
        }
        int room = maxIds - ids.size() - decrements.size();
        if (!inRange || parser.getLongValue() > room || parser.getLongValue() < -room) {
            throw tooMany();
        }
        (negative ? decrements : ids).addAll(Collections.nCopies((int) Math.abs(parser.getLongValue()), id));
    }

    private HttpException tooMany() {
        return new HttpException(
                HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                "item_ids and counts have more than maxIds=%d views; send the views in several requests"
                        .formatted(maxIds));
    }

    private static HttpException bad(String what) {
        return HttpException.badRequest(what + "; " + EXAMPLE);
    }
}
