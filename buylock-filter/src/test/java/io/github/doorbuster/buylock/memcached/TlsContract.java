package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.MemcachedServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract by TLS; the build replaces the client by AWS's maintained fork for it. */
class TlsContract extends MemcachedContract {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Duration TIMEOUT = Duration.ofMillis(250);

    @TempDir
    private static Path folder;

    private static SSLContext trusting;

    @RegisterExtension
    static final MemcachedOfClass MEMCACHED = new MemcachedOfClass(TlsContract::start, TlsContract::connect);

    TlsContract() {
        super(MEMCACHED);
    }

    private static MemcachedServer start() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        KeyStore keys = newCertificate(folder.resolve("keys.p12"));
        Path certificate = writePem(
                folder.resolve("cert.pem"),
                "CERTIFICATE",
                keys.getCertificate("server").getEncoded());
        Path key = writePem(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                keys.getKey("server", PASSWORD).getEncoded());
        MemcachedServer started = MemcachedServer.startWithTls(certificate, key);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trust.getTrustManagers(), null);
        return started;
    }

    private static MemcachedLockStore connect(MemcachedServer server) {
        MemcachedLockStore connected = MemcachedLockStore.connect(server.tlsAddress(), TIMEOUT, trusting);
        await().until(() -> connected.status().state() == State.UP);
        return connected;
    }

    private static KeyStore newCertificate(Path file) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=memcached",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static Path writePem(Path file, String type, byte[] content) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                file,
                "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, base64),
                StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    @Test
    void aServerWithAnUnknownCertificateIsDown() throws Exception {
        try (MemcachedLockStore other =
                MemcachedLockStore.connect(server.tlsAddress(), TIMEOUT, SSLContext.getDefault())) {
            assertThat(other.status().state()).isEqualTo(State.DOWN);
        }
    }

    @Test
    void aServerWithAnotherNameIsDown() {
        String name = server.tlsAddress().replace("127.0.0.1", "localhost");
        try (MemcachedLockStore other = MemcachedLockStore.connect(name, TIMEOUT, trusting)) {
            assertThat(other.status().state()).isEqualTo(State.DOWN);
        }
    }
}
