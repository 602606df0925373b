package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Ports;
import io.github.doorbuster.testing.Runbook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The start of the demo, its failures, and its end. */
class StartIT {

    private static final int BAD_OPTION = 2;
    private static final int CANNOT_START = 1;

    @ParameterizedTest
    @CsvSource({"--memcached=nonsense, --memcached=nonsense: must be HOST:PORT", "--no-such-option, --no-such-option"})
    void aBadOptionIsReportedInOneLine(String option, String message) {
        assertStartFails(BAD_OPTION, message, List.of("--port=0", option), Map.of());
    }

    @Test
    void aBadEnvironmentVariableIsReportedInOneLine() {
        assertStartFails(BAD_OPTION, "--port=70000: must be", List.of(), Map.of("DOORBUSTER_PORT", "70000"));
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            assertStartFails(CANNOT_START, port, List.of("--port", port), Map.of());
        }
    }

    @Test
    void aMissingDatabaseIsNamed() {
        String url = "jdbc:mysql://127.0.0.1:" + Ports.free() + "/shop";
        assertStartFails(CANNOT_START, url, List.of("--port=0", "--jdbc-url=" + url + "?password=s3cret"), Map.of());
    }

    @Test
    void aBadJournalFolderIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertStartFails(CANNOT_START, file.toString(), List.of("--port=0", "--journal-dir=" + file), Map.of());
    }

    @Test
    void environmentVariablesSetOptions() {
        try (DemoProcess demo = DemoProcess.launch(List.of(), Map.of("DOORBUSTER_PORT", "0"))) {
            assertThat(demo.uri().getHost()).isEqualTo("127.0.0.1");
            assertThat(demo.uri().getPort()).isNotEqualTo(8080);
        }
    }

    @Test
    void sigtermLeavesNoErrorAndNoFolder() throws IOException {
        try (DemoProcess demo = DemoProcess.start(List.of())) {
            assertThat(demo.temporaryFiles()).isNotEmpty();

            assertThat(demo.terminate()).isEqualTo(128 + 15);

            assertThat(demo.log()).doesNotContain("ERROR", "WARN", "Exception");
            assertThat(demo.temporaryFiles()).isEmpty();
        }
    }

    private static void assertStartFails(
            int status, String message, List<String> options, Map<String, String> environment) {
        try (DemoProcess demo = DemoProcess.launch(options, environment)) {
            assertThat(demo.awaitExit()).as(demo.log()).isEqualTo(status);
            assertThat(demo.log().lines().filter(line -> line.startsWith("demo-app: ")))
                    .singleElement()
                    .asString()
                    .contains(message);
            assertThat(demo.log()).doesNotContain("\tat ", "s3cret");
            if (status == CANNOT_START) {
                Runbook.assertLogged("node does not start", demo.log());
            }
        }
    }
}
