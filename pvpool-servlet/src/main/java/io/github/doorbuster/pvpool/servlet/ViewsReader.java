package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.Views;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Parses {@code {"item_ids":[1,"m2",1]}} token by token, and accepts no other JSON. */
final class ViewsReader {

    private static final String EXAMPLE = "send {\"item_ids\":[1,\"m2\",1]}";
    private static final long MAX_DRAINED_BYTES = 64 << 20;

    /** A longer body is read piece by piece, so that a client that sends only the header takes little memory. */
    private static final int MAX_READ_AT_ONCE = 64 << 10;

    private static final Set<String> TYPES = Set.of("application/json", "text/plain");
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpLimits limits;

    ViewsReader(HttpLimits limits) {
        this.limits = limits;
    }

    Views read(HttpServletRequest request) throws HttpException, IOException {
        requireType(request);
        byte[] body = body(request);
        List<String> ids;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            ids = ids(parser);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw bad(
                    at == null
                            ? "the body is not JSON"
                            : "the body is not JSON at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
        }
        try {
            return new Views(ids, request.getHeader("Idempotency-Key"));
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static void requireType(HttpServletRequest request) throws HttpException {
        String header = request.getContentType();
        if (header != null && TYPES.contains(header)) {
            return;
        }
        String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw new HttpException(
                    HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/json, or text/plain as navigator.sendBeacon sends it");
        }
    }

    private byte[] body(HttpServletRequest request) throws HttpException, IOException {
        int max = limits.maxBodyBytes();
        long length = request.getContentLengthLong();
        if (length > max) {
            throw tooLarge(max);
        }
        InputStream in = request.getInputStream();
        if (length < 0 || length > MAX_READ_AT_ONCE) {
            byte[] body = in.readNBytes(max + 1);
            if (body.length > max) {
                throw tooLarge(max);
            }
            return body;
        }
        byte[] body = new byte[(int) length];
        int read = in.readNBytes(body, 0, body.length);
        return read == body.length ? body : Arrays.copyOf(body, read);
    }

    private static HttpException tooLarge(int max) {
        return new HttpException(
                HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                "the body is larger than maxBodyBytes=%d; send the views in several requests".formatted(max));
    }

    /**
     * Reads and discards the rest of the body of a rejected request. If a connection is closed with unread bytes, it is
     * reset, and the client does not see the response.
     */
    static void drain(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MAX_DRAINED_BYTES) {
            return;
        }
        InputStream body = request.getInputStream();
        byte[] buffer = new byte[8192];
        long left = MAX_DRAINED_BYTES;
        for (int length = 0; length >= 0 && left > 0; left -= length) {
            length = body.read(buffer);
        }
    }

    private List<String> ids(JsonParser parser) throws HttpException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("the body is not a JSON object");
        }
        if (parser.nextToken() != JsonToken.PROPERTY_NAME || !"item_ids".equals(parser.currentName())) {
            throw bad("the object must have the field item_ids and no other");
        }
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw bad("item_ids is not an array");
        }
        List<String> ids = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
                throw bad("item_ids[%d] is neither a string nor an integer".formatted(ids.size()));
            }
            if (ids.size() == limits.maxIds()) {
                throw new HttpException(
                        HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                        "item_ids has more than maxIds=%d ids; send the views in several requests"
                                .formatted(limits.maxIds()));
            }
            ids.add(parser.getString());
        }
        if (parser.nextToken() != JsonToken.END_OBJECT) {
            throw bad("the object must have the field item_ids and no other");
        }
        if (parser.nextToken() != null) {
            throw bad("there is more text after the object");
        }
        return ids;
    }

    private static HttpException bad(String what) {
        return HttpException.badRequest(what + "; " + EXAMPLE);
    }
}
