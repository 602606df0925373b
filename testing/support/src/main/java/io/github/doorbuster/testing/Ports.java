package io.github.doorbuster.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports for servers of tests. */
public final class Ports {

    private static final int FIRST = 15_000;

    /** Systems choose the ports of outgoing connections from here on, so they cannot take one of ours meanwhile. */
    private static final int END = 32_000;

    private Ports() {}

    /** Returns a port on which nothing listens; it stays free over a restart of the server that gets it. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
    }
}
