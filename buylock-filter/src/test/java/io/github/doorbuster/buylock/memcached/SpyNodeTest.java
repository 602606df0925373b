package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import net.spy.memcached.DefaultConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection waits for after it has written, with a server of the test. */
class SpyNodeTest {

    /** More than the buffers of the sockets hold. */
    private static final int COMMANDS = 4_000;

    private static final int SOCKET_BUFFER_BYTES = 16_384;
    private static final List<String> LONG_KEY = List.of("x".repeat(240));

    private final Selector selector;
    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey key;
    private final SpyNode node;

    SpyNodeTest() throws IOException {
        selector = Selector.open();
        try (ServerSocketChannel listener = ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            client = SocketChannel.open(listener.getLocalAddress());
            server = listener.accept();
        }
        client.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        client.configureBlocking(false);
        key = client.register(selector, 0);
        node = new SpyNode(
                client.getRemoteAddress(), client, 16_384, new DefaultConnectionFactory(COMMANDS, 16_384), () -> {});
    }

    @BeforeEach
    void connect() {
        node.connected();
        node.setSk(key);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        selector.close();
    }

    private void queue(int commands) {
        HeartbeatReply reply = mock(HeartbeatReply.class);
        for (int i = 0; i < commands; i++) {
            GetsCommand command = new GetsCommand(LONG_KEY, reply);
            command.initialize();
            node.addOp(command);
        }
    }

    @Test
    void itWaitsForTheReplyToWhatItHasWritten() {
        queue(1);
        node.writeQueued();

        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_READ);
    }

    @Test
    void itWaitsForRoomOnlyUntilAllIsWritten() throws IOException {
        queue(COMMANDS);
        node.writeQueued();
        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);

        ByteBuffer room = ByteBuffer.allocate(1 << 20);
        while (node.hasWriteOp() || node.getBytesRemainingToWrite() > 0) {
            server.read(room.clear());
            node.writeQueued();
        }

        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_READ);
    }
}
