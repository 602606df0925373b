package io.github.doorbuster.buylock.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body has been read and can be read again, byte for byte: as a stream, by a reader, or as parameters.
 * Parameters of the query come before those of the body, as in every container.
 */
final class BufferedRequest extends HttpServletRequestWrapper {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";

    private final byte[] body;
    private @Nullable Map<String, String[]> parameters;
    private @Nullable ServletInputStream stream;
    private @Nullable BufferedReader reader;

    private BufferedRequest(HttpServletRequest request, byte[] body) {
        super(request);
        this.body = body;
    }

    /**
     * Reads the body. If the container has already read the form, for a filter before this one, returns the request
     * itself: its parameters are available, but its body is not.
     *
     * @throws HttpException if the body is too long, shorter than its {@code Content-Length}, or
     *     {@code multipart/form-data}, which only the container can read, and only for a servlet with a multipart
     *     configuration
     */
    static HttpServletRequest of(HttpServletRequest request, int maxBodyBytes) throws IOException, HttpException {
        if (isOfType(request, MULTIPART)) {
            throw HttpException.withBodyUnread(
                    HttpServletResponse.SC_BAD_REQUEST,
                    "an item id in multipart/form-data is not supported; send the form as " + FORM
                            + ", or set itemId to the query, a header or the path, and send the id there");
        }
        long contentLength = request.getContentLengthLong();
        if (contentLength > maxBodyBytes) {
            throw tooLong(maxBodyBytes);
        }
        // If the length is known, the buffer need not grow.
        byte[] body = new byte[contentLength < 0 ? 0 : (int) contentLength];
        int read = 0;
        if (contentLength < 0) {
            body = request.getInputStream().readNBytes(maxBodyBytes + 1);
            read = body.length;
        } else if (contentLength > 0) {
            read = request.getInputStream().readNBytes(body, 0, body.length);
        }
        if (read > maxBodyBytes) {
            throw tooLong(maxBodyBytes);
        }
        if (read == 0 && isForm(request)) {
            return request;
        }
        if (read < contentLength) {
            throw HttpException.badRequest(
                    "the body ended after %d of its %d bytes; send all".formatted(read, contentLength));
        }
        return new BufferedRequest(request, body);
    }

    /** {@return true if the body can be read without waiting for the client} */
    static boolean hasArrived(HttpServletRequest request) throws IOException {
        long contentLength = request.getContentLengthLong();
        return contentLength == 0
                || (contentLength > 0 && request.getInputStream().available() >= contentLength);
    }

    private static HttpException tooLong(int maxBodyBytes) {
        return HttpException.withBodyUnread(
                HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                "the body is longer than %d bytes; send a shorter one, or raise maxBodyBytes".formatted(maxBodyBytes));
    }

    static boolean isForm(HttpServletRequest request) {
        return isOfType(request, FORM);
    }

    private static boolean isOfType(HttpServletRequest request, String expected) {
        String type = request.getContentType();
        if (type == null) {
            return false;
        }
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().equalsIgnoreCase(expected);
    }

    byte[] body() {
        return body;
    }

    @Override
    public ServletInputStream getInputStream() {
        if (reader != null) {
            throw new IllegalStateException("getReader() has been called for this request");
        }
        if (stream == null) {
            stream = new ReplayedBody(body);
        }
        return stream;
    }

    @Override
    public BufferedReader getReader() {
        if (stream != null) {
            throw new IllegalStateException("getInputStream() has been called for this request");
        }
        if (reader == null) {
            reader = new BufferedReader(new InputStreamReader(new ByteArrayInputStream(body), charset()));
        }
        return reader;
    }

    @Override
    public void setCharacterEncoding(String encoding) throws UnsupportedEncodingException {
        super.setCharacterEncoding(encoding);
        parameters = null;
    }

    @Override
    public @Nullable String getParameter(String name) {
        String[] values = parameters().get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        String[] values = parameters().get(name);
        return values == null ? null : values.clone();
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return Collections.unmodifiableMap(parameters());
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(parameters().keySet());
    }

    private Map<String, String[]> parameters() {
        if (parameters == null) {
            Map<String, List<String>> fields = new LinkedHashMap<>();
            String query = getQueryString();
            if (query != null) {
                FormFields.decode(query, StandardCharsets.UTF_8, fields);
            }
            if (isForm(this)) {
                FormFields.decode(new String(body, StandardCharsets.ISO_8859_1), charset(), fields);
            }
            Map<String, String[]> arrays = new LinkedHashMap<>();
            fields.forEach((name, values) -> arrays.put(name, values.toArray(String[]::new)));
            parameters = arrays;
        }
        return parameters;
    }

    private Charset charset() {
        String encoding = getCharacterEncoding();
        return encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    }

    /** The body as the container would provide it, also to a {@link ReadListener}. */
    private static final class ReplayedBody extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        ReplayedBody(byte[] body) {
            this.bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return bytes.read(into, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            try {
                if (!isFinished()) {
                    listener.onDataAvailable();
                }
                if (isFinished()) {
                    listener.onAllDataRead();
                }
            } catch (IOException | RuntimeException e) {
                listener.onError(e);
            }
        }
    }
}
