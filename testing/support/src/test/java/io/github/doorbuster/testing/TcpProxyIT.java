package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.testing.TcpProxy.Fate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpProxyIT {

    private static final String SET = "set k 0 0 1\r\nx";

    private final MemcachedServer memcached = MemcachedServer.startOwn();
    private final TcpProxy proxy = TcpProxy.to(memcached.address());

    @AfterEach
    void end() {
        proxy.close();
        memcached.close();
    }

    @Test
    void forwardsBothWaysAndForgetsClosedConnections() {
        assertThat(throughProxy(SET)).isEqualTo("STORED");
        assertThat(memcached.command("get k")).contains("x");
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void cutResetsOpenConnectionsOnly() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, "version")).startsWith("VERSION");
            proxy.cut();
            assertThatThrownBy(() -> ask(open, "version")).isInstanceOf(SocketException.class);
        }
        assertThat(throughProxy("version")).startsWith("VERSION");
    }

    @Test
    void refuseKeepsOpenConnections() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, "version")).startsWith("VERSION");
            proxy.refuse(true);
            // Refused, or reset if another process has just taken the port.
            assertThatThrownBy(() -> throughProxy("version")).hasCauseInstanceOf(SocketException.class);
            assertThat(ask(open, "version")).startsWith("VERSION");
        }
        proxy.refuse(false);
        assertThat(throughProxy("version")).startsWith("VERSION");
    }

    @Test
    void theServerGetsNoRequestThatIsCut() {
        proxy.onRequest(sent -> sent.startsWith("set") ? Fate.CUT : Fate.PASS);
        assertThatThrownBy(() -> throughProxy(SET)).isInstanceOf(UncheckedIOException.class);
        assertThat(memcached.command("get k")).containsExactly("END");
        assertThat(throughProxy("version")).startsWith("VERSION");
    }

    @Test
    void theServerGetsTheRequestWhoseAnswerIsLost() {
        proxy.onRequest(sent -> sent.startsWith("set") ? Fate.LOSE_ANSWER : Fate.PASS);
        assertThatThrownBy(() -> throughProxy(SET)).isInstanceOf(UncheckedIOException.class);
        assertThat(memcached.command("get k")).contains("x");
    }

    @Test
    void muteKeepsTheConnectionOpen() throws IOException {
        proxy.onRequest(sent -> sent.startsWith("set") ? Fate.MUTE : Fate.PASS);
        try (Socket open = connect()) {
            open.setSoTimeout(200);
            assertThatThrownBy(() -> ask(open, SET)).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> ask(open, "version")).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(memcached.command("get k")).contains("x");
    }

    private String throughProxy(String command) {
        return MemcachedCommand.send(proxy.address(), command).get(0);
    }

    private Socket connect() throws IOException {
        int port = Integer.parseInt(proxy.address().split(":")[1]);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String ask(Socket socket, String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        byte[] buffer = new byte[1024];
        int n = socket.getInputStream().read(buffer);
        if (n < 0) {
            throw new SocketException("end of stream");
        }
        return new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
    }
}
