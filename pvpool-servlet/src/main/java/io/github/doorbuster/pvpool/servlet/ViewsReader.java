package io.github.doorbuster.pvpool.servlet;

import io.github.doorbuster.pvpool.Views;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads the body of a POST, which {@link ViewsBody} parses. */
final class ViewsReader {

    private static final long MAX_DRAINED_BYTES = 64 << 20;

    /** A longer body is read piece by piece, so that a client that sends only the header takes little memory. */
    private static final int MAX_READ_AT_ONCE = 64 << 10;

    private static final Set<String> TYPES = Set.of("application/json", "text/plain");
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpLimits limits;
    private final boolean allowNegative;

    ViewsReader(HttpLimits limits, boolean allowNegative) {
        this.limits = limits;
        this.allowNegative = allowNegative;
    }

    Views read(HttpServletRequest request) throws HttpException, IOException {
        requireType(request);
        byte[] body = body(request);
        ViewsBody views;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            views = new ViewsBody(parser, limits.maxIds(), allowNegative);
            views.read();
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw HttpException.badRequest(
                    at == null
                            ? "the body is not JSON"
                            : "the body is not JSON at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
        }
        try {
            return new Views(views.ids(), views.decrements(), key(request.getHeader("Idempotency-Key"), views.key()));
        } catch (IllegalArgumentException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** The key of the header or of the body: {@code navigator.sendBeacon} sets no headers. */
    private static @Nullable String key(@Nullable String header, @Nullable String inBody) throws HttpException {
        if (header != null && inBody != null && !header.equals(inBody)) {
            throw HttpException.badRequest("key and the header Idempotency-Key are different; send one of them");
        }
        return header == null ? inBody : header;
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
}
