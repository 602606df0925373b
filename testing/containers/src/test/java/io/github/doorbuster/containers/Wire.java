package io.github.doorbuster.containers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One HTTP/1.1 request on a socket of its own, so that a test sees exactly what the container sent, and can leave. */
final class Wire implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    private Wire(Socket socket) {
        this.socket = socket;
    }

    /** Sends a GET and reads the answer. */
    static Answer get(URI uri, String path) throws IOException {
        return send(uri, "GET", path, Map.of(), new byte[0]);
    }

    /** Sends a POST of a form and reads the answer. */
    static Answer post(URI uri, String path, String form) throws IOException {
        return send(uri, "POST", path, Map.of("Content-Type", "application/x-www-form-urlencoded"), bytes(form));
    }

    static Answer send(URI uri, String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        try (Wire wire = open(uri)) {
            wire.request(method, path, headers, body);
            return wire.answer();
        }
    }

    static Wire open(URI uri) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), PATIENCE_MILLIS);
        return new Wire(socket);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void request(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        head(method, path, headers, body.length);
        write(body);
    }

    /** Sends everything but the body. */
    void head(String method, String path, Map<String, String> headers, int length) throws IOException {
        String lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        write(bytes(method + " " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + lines
                + (length > 0 || method.equals("POST") ? "Content-Length: " + length + "\r\n" : "") + "\r\n"));
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void awaitFirstByte() throws IOException {
        if (socket.getInputStream().read() < 0) {
            throw new IOException("the connection ended without an answer");
        }
    }

    /** Reads until the server ends the connection. */
    Answer answer() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        boolean reset = false;
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.write(buffer, 0, n);
            }
        } catch (java.net.SocketException e) {
            reset = true;
        }
        return Answer.parse(all.toByteArray(), reset);
    }

    /** Leaves with a reset, which the server notices when it next touches the connection. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /**
     * What came back.
     *
     * @param status the status, 0 where the connection ended without one
     * @param complete whether the body came to its announced end
     */
    record Answer(int status, Map<String, String> headers, byte[] body, boolean complete) {

        static Answer parse(byte[] bytes, boolean reset) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return new Answer(0, Map.of(), new byte[0], false);
            }
            String[] lines = text.substring(0, end).split("\r\n");
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
            int status = Integer.parseInt(lines[0].split(" ")[1]);
            byte[] rest = Arrays.copyOfRange(bytes, end + 4, bytes.length);
            if ("chunked".equals(headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT))) {
                return dechunked(status, headers, rest);
            }
            String length = headers.get("Content-Length");
            boolean complete = length == null ? !reset : rest.length == Integer.parseInt(length);
            return new Answer(status, headers, rest, complete);
        }

        private static Answer dechunked(int status, Map<String, String> headers, byte[] rest) {
            String text = new String(rest, StandardCharsets.ISO_8859_1);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            int at = 0;
            while (true) {
                int line = text.indexOf("\r\n", at);
                int size = line < 0 ? -1 : Integer.parseInt(text.substring(at, line), 16);
                if (size == 0) {
                    return new Answer(status, headers, body.toByteArray(), true);
                }
                if (size < 0 || line + 2 + size > rest.length) {
                    return new Answer(status, headers, body.toByteArray(), false);
                }
                body.write(rest, line + 2, size);
                at = line + 2 + size + 2;
            }
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }
}
