package io.github.doorbuster.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One command of memcached's ASCII protocol over a connection of its own. */
final class MemcachedCommand {

    private static final int TIMEOUT_MILLIS = 30_000;

    private MemcachedCommand() {}

    static List<String> send(String address, String command) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                    TIMEOUT_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return answer(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("memcached at " + address + ": " + e.getMessage(), e);
        }
    }

    private static List<String> answer(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = line(in);
            lines.add(line);
            if (line.startsWith("VALUE ")) {
                int length = Integer.parseInt(line.split(" ")[3]);
                lines.add(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
                line(in);
            } else if (!line.startsWith("STAT ") && !line.startsWith("ITEM ")) {
                return lines;
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
