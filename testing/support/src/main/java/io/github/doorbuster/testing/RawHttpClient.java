package io.github.doorbuster.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One HTTP/1.1 connection on a socket: it shows what the server sent byte by byte, can end in the middle of a request,
 * and costs little enough for a load generator. Not thread-safe.
 */
public final class RawHttpClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Socket socket;
    private final InputStream in;

    private RawHttpClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    }

    public static RawHttpClient connect(URI server) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), TIMEOUT_MILLIS);
        return new RawHttpClient(socket);
    }

    /** Sends a GET on a connection of its own. */
    public static HttpReply get(URI server, String path) throws IOException {
        return send(server, "GET", path, Map.of(), "");
    }

    /** Posts a form on a connection of its own. */
    public static HttpReply postForm(URI server, String path, String form) throws IOException {
        return send(server, "POST", path, Map.of("Content-Type", FORM), form);
    }

    /** Sends a request on a connection of its own. */
    public static HttpReply send(URI server, String method, String path, Map<String, String> headers, String body)
            throws IOException {
        try (RawHttpClient client = connect(server)) {
            client.send(method, path, headers, body);
            return client.readReply();
        }
    }

    /** Returns the bytes of a POST of JSON that keeps the connection open, for {@link #exchange}. */
    public static byte[] jsonPost(String path, String json) {
        return jsonPost(path, json, Map.of());
    }

    /** As {@link #jsonPost(String, String)}, with further headers. */
    public static byte[] jsonPost(String path, String json, Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Content-Length", Integer.toString(json.length()));
        return request("POST", path, all, json);
    }

    /** Returns the bytes of a POST of a form that keeps the connection open. */
    static byte[] formPost(String path, String form) {
        return request("POST", path, Map.of("Content-Type", FORM, "Content-Length", "" + form.length()), form);
    }

    /** Sends a request, the last one of this connection. */
    public void send(String method, String path, Map<String, String> headers, String body) throws IOException {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Connection", "close");
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        if (length > 0 || method.equals("POST")) {
            all.put("Content-Length", Integer.toString(length));
        }
        write(request(method, path, all, body));
    }

    /** Posts a form as the last request of this connection. */
    public void sendForm(String path, String form) throws IOException {
        send("POST", path, Map.of("Content-Type", FORM), form);
    }

    /** Sends a request without a body, with these headers only. */
    public void sendHead(String method, String path, Map<String, String> headers) throws IOException {
        write(request(method, path, headers, ""));
    }

    private static byte[] request(String method, String path, Map<String, String> headers, String body) {
        String lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        String host = headers.containsKey("Host") ? "" : "Host: test\r\n";
        return (method + " " + path + " HTTP/1.1\r\n" + host + lines + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
    }

    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Waits until the response has begun, and leaves it unread. */
    public void awaitFirstByte() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            throw new EOFException("the connection ended without a response");
        }
        in.reset();
    }

    /** Sends the bytes of a request, skips the response, which has a {@code Content-Length}, and returns its status. */
    public int exchange(byte[] request) throws IOException {
        write(request);
        int status = Integer.parseInt(readLine().substring(9, 12));
        int length = 0;
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    /** Reads a response, as far as it goes. */
    public HttpReply readReply() throws IOException {
        int status;
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        try {
            status = Integer.parseInt(readLine().split(" ")[1]);
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        } catch (EOFException | SocketException e) {
            return new HttpReply(0, Map.of(), new byte[0], false);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean complete;
        try {
            complete = readBody(headers, body);
        } catch (EOFException | SocketException e) {
            complete = false;
        }
        return new HttpReply(status, headers, body.toByteArray(), complete);
    }

    private boolean readBody(Map<String, String> headers, ByteArrayOutputStream body) throws IOException {
        String length = headers.get("Content-Length");
        if (headers.getOrDefault("Transfer-Encoding", "")
                .toLowerCase(Locale.ROOT)
                .equals("chunked")) {
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                copy(size, body);
                readLine();
            }
        } else if (length != null) {
            copy(Integer.parseInt(length), body);
        } else {
            in.transferTo(body);
        }
        return true;
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(readLine(), 16);
    }

    /** Copies so many bytes; those before a failure are in the body. */
    private void copy(int length, ByteArrayOutputStream body) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int left = length; left > 0; ) {
            int read = in.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the body ended early");
            }
            body.write(buffer, 0, read);
            left -= read;
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Ends the connection with a reset, which the server notices when it next uses the connection. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
