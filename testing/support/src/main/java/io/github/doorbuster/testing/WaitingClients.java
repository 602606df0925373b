package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many clients that wait for a response at the same time, each on its own connection. One thread reads all responses,
 * so that the clients cost little beside the servers that are measured. Safe from many threads.
 */
public final class WaitingClients implements AutoCloseable {

    private static final int MOST_BYTES = 2 * 1024;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");

    private final Selector selector;
    private final Thread reader = new Thread(this::read, "doorbuster-testing-clients");
    private final Queue<Client> clients = new ConcurrentLinkedQueue<>();
    private final Queue<Client> sent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean closed;

    /**
     * A complete response.
     *
     * @param server that has sent it
     * @param nanos the {@link System#nanoTime} at which its last byte was read
     */
    public record Response(URI server, int status, String body, long nanos) {}

    public WaitingClients() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader.setDaemon(true);
        reader.start();
    }

    /** Posts a form on a new connection. Returns when the request is written. */
    public void postForm(URI server, String path, String form) throws IOException {
        Client client = new Client(server);
        client.write(ByteBuffer.wrap(RawHttpClient.formPost(path, form)));
        clients.add(client);
        sent.add(client);
        selector.wakeup();
    }

    /** {@return how many clients have received something; costs less than {@link #responses}} */
    public int answered() {
        return answered.get();
    }

    /** {@return the responses that have arrived} */
    public List<Response> responses() {
        return clients.stream().map(Client::response).flatMap(Optional::stream).toList();
    }

    private void read() {
        try (selector) {
            while (!closed) {
                selector.select();
                for (Client client = sent.poll(); client != null; client = sent.poll()) {
                    client.register(selector);
                }
                for (SelectionKey ready : selector.selectedKeys()) {
                    Client client = (Client) ready.attachment();
                    if (client.isWaiting()) {
                        answered.incrementAndGet();
                    }
                    if (!client.read()) {
                        ready.cancel();
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection. What it has received is parsed when somebody asks, not while other responses arrive. */
    private static final class Client {

        private final URI server;
        private final SocketChannel channel;

        private final ByteBuffer received = ByteBuffer.allocate(MOST_BYTES);

        private long lastRead;

        Client(URI server) throws IOException {
            this.server = server;
            this.channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
        }

        void write(ByteBuffer request) throws IOException {
            while (request.hasRemaining()) {
                channel.write(request);
            }
            channel.configureBlocking(false);
        }

        void register(Selector selector) throws IOException {
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** {@return true if nothing was received yet} */
        synchronized boolean isWaiting() {
            return received.position() == 0;
        }

        /** {@return false if there will be nothing more to read} */
        synchronized boolean read() {
            try {
                boolean open = channel.read(received) >= 0;
                lastRead = open ? System.nanoTime() : lastRead;
                return open && received.hasRemaining();
            } catch (IOException e) {
                return false; // The server has reset the connection.
            }
        }

        synchronized Optional<Response> response() {
            String text = new String(received.array(), 0, received.position(), StandardCharsets.UTF_8);
            int body = text.indexOf("\r\n\r\n") + 4;
            Matcher length = LENGTH.matcher(text);
            if (body < 4 || !length.find() || text.length() - body < Integer.parseInt(length.group(1))) {
                return Optional.empty();
            }
            int status = Integer.parseInt(text.substring(9, 12));
            return Optional.of(new Response(server, status, text.substring(body), lastRead));
        }

        void close() throws IOException {
            channel.close();
        }
    }

    /** Closes the connections, and ends the thread. */
    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        for (Client client : clients) {
            client.close();
        }
    }
}
