package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A TCP proxy on loopback that can reset and refuse connections and drop requests and answers. */
public final class TcpProxy implements AutoCloseable {

    /** What the proxy does with a piece of what the client sends. */
    public enum Fate {
        /** Forwards it. */
        PASS,
        /** Resets the connection; the server does not get the piece. */
        CUT,
        /** Forwards it, and resets the connection when the answer arrives; the client does not get the answer. */
        LOSE_ANSWER,
        /** Forwards it, and drops everything that the server sends on this connection from now on. */
        MUTE
    }

    private final InetSocketAddress target;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Function<String, Fate> fates = sent -> Fate.PASS;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;

    private TcpProxy(InetSocketAddress target) {
        this.target = target;
        this.port = listen(Ports.free());
    }

    /** Opens a proxy to a server at {@code host:port}. */
    public static TcpProxy to(String address) {
        int colon = address.lastIndexOf(':');
        return new TcpProxy(
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    }

    /** {@return where the proxy listens, {@code 127.0.0.1:port}} */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** {@return how many connections are open} */
    public int connections() {
        return links.size();
    }

    /** Resets every open connection, on both sides. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Refuses new connections or accepts them again; open connections stay open. */
    public synchronized void refuse(boolean refuse) {
        ServerSocket open = listener;
        if (refuse && open != null) {
            listener = null;
            closeQuietly(open);
            awaitEnd(acceptor);
        } else if (!refuse && open == null) {
            listen(port);
        }
    }

    /**
     * Sets what the proxy does with what clients send.
     *
     * @param fates maps a piece as it was read (usually a whole small request), one char per byte, to its fate; called
     *     on many threads
     */
    public void onRequest(Function<String, Fate> fates) {
        this.fates = fates;
    }

    /** Refuses new connections and resets the open ones. */
    @Override
    public void close() {
        refuse(true);
        cut();
    }

    private synchronized int listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), wanted));
            listener = socket;
            acceptor = daemon("doorbuster-testing-proxy-accept", () -> accept(socket));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + wanted, e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Link link = new Link(socket.accept());
                links.add(link);
                // The proxy may have started to refuse connections meanwhile.
                if (socket.isClosed()) {
                    link.reset();
                } else {
                    daemon("doorbuster-testing-proxy-request", link::connectAndPump);
                }
            } catch (IOException e) {
                closeQuietly(socket);
            }
        }
    }

    /** The kernel accepts connections until the thread that waits in accept has released the socket. */
    private static void awaitEnd(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            // It is closed.
        }
    }

    /** The two sockets of one connection, with a thread for each direction. */
    private final class Link {

        private final Socket client;
        private final Socket server = new Socket();
        private volatile Fate answers = Fate.PASS;

        Link(Socket client) {
            this.client = client;
        }

        void connectAndPump() {
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(target, 5_000);
                daemon("doorbuster-testing-proxy-answer", this::pumpAnswers);
                pumpRequests();
            } catch (IOException e) {
                reset();
            }
        }

        private void pumpRequests() throws IOException {
            byte[] buffer = new byte[64 * 1024];
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Fate fate = fates.apply(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                if (fate == Fate.CUT) {
                    reset();
                    return;
                }
                if (fate != Fate.PASS) {
                    answers = fate;
                }
                out.write(buffer, 0, n);
            }
            server.shutdownOutput();
        }

        private void pumpAnswers() {
            try {
                byte[] buffer = new byte[64 * 1024];
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (answers == Fate.LOSE_ANSWER) {
                        reset();
                        return;
                    }
                    if (answers == Fate.PASS) {
                        out.write(buffer, 0, n);
                    }
                }
                links.remove(this);
                closeQuietly(client);
                closeQuietly(server);
            } catch (IOException e) {
                reset();
            }
        }

        void reset() {
            links.remove(this);
            for (Socket socket : new Socket[] {client, server}) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (IOException alreadyClosed) {
                    // It is closed.
                }
                closeQuietly(socket);
            }
        }
    }
}
