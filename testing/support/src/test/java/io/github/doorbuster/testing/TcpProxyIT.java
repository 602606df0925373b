package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.testing.TcpProxy.Fate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpProxyIT {

    private MemcachedServer memcached;
    private TcpProxy proxy;

    @BeforeEach
    void start() {
        memcached = MemcachedServer.startOwn();
        proxy = TcpProxy.to(memcached.address());
    }

    @AfterEach
    void end() {
        proxy.close();
        memcached.close();
    }

    @Test
    void passesBothWays() {
        assertThat(throughProxy("set k 0 0 1\r\nx")).isEqualTo("STORED");
        assertThat(memcached.command("get k")).contains("x");
    }

    @Test
    void cutResetsOpenConnectionsAndTakesNewOnes() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, "version")).startsWith("VERSION");
            proxy.cut();
            assertThatThrownBy(() -> ask(open, "version")).isInstanceOf(SocketException.class);
        }
        assertThat(throughProxy("version")).startsWith("VERSION");
    }

    @Test
    void refusesNewConnectionsUntilToldOtherwiseAndKeepsOpenOnes() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, "version")).startsWith("VERSION");
            proxy.refuse(true);
            assertThatThrownBy(() -> throughProxy("version")).hasCauseInstanceOf(ConnectException.class);
            assertThat(ask(open, "version")).startsWith("VERSION");
        }
        proxy.refuse(false);
        assertThat(throughProxy("version")).startsWith("VERSION");
    }

    @Test
    void aRequestThatIsCutNeverReachesTheServer() {
        proxy.onRequest(sent -> sent.startsWith("set") ? Fate.CUT : Fate.PASS);
        assertThatThrownBy(() -> throughProxy("set k 0 0 1\r\nx")).isInstanceOf(UncheckedIOException.class);
        assertThat(memcached.command("get k")).containsExactly("END");
        assertThat(throughProxy("version")).startsWith("VERSION");
    }

    @Test
    void aRequestWhoseAnswerIsLostReachesTheServer() {
        proxy.onRequest(sent -> sent.startsWith("set") ? Fate.LOSE_ANSWER : Fate.PASS);
        assertThatThrownBy(() -> throughProxy("set k 0 0 1\r\nx")).isInstanceOf(UncheckedIOException.class);
        assertThat(memcached.command("get k")).contains("x");
    }

    @Test
    void aMutedConnectionStaysOpenInSilence() throws IOException {
        proxy.onRequest(sent -> sent.startsWith("set") ? Fate.MUTE : Fate.PASS);
        try (Socket open = connect()) {
            open.setSoTimeout(300);
            assertThatThrownBy(() -> ask(open, "set k 0 0 1\r\nx")).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> ask(open, "version")).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(memcached.command("get k")).contains("x");
    }

    @Test
    void forgetsConnectionsThatEnded() {
        throughProxy("version");
        Awaitility.await().until(() -> proxy.connections() == 0);
    }

    private String throughProxy(String command) {
        return MemcachedCommand.send(proxy.address(), command).get(0);
    }

    private Socket connect() throws IOException {
        String address = proxy.address();
        Socket socket = new Socket();
        socket.setSoTimeout(5_000);
        socket.connect(
                new InetSocketAddress("127.0.0.1", Integer.parseInt(address.substring(address.lastIndexOf(':') + 1))));
        return socket;
    }

    private static String ask(Socket socket, String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        byte[] buffer = new byte[1024];
        int n = socket.getInputStream().read(buffer);
        if (n < 0) {
            throw new SocketException("end of stream");
        }
        return new String(buffer, 0, n, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElseThrow();
    }
}
