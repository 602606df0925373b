package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

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

/** How the demo starts, and how it says that it cannot. */
class StartIT {

    private static final int BAD_OPTION = 2;
    private static final int CANNOT_START = 1;

    @ParameterizedTest
    @CsvSource({
        "--port=70000, --port=70000: must be from 0 to 65535",
        "--port=abc, '--port': 'abc'",
        "--purchase-millis=-1, --purchase-millis=-1: must be from 0 to 60000",
        "--jdbc-url=jdbc:oracle:x, --jdbc-url=jdbc:oracle:x: must start with jdbc:mysql:",
        "--memcached=nonsense, nonsense",
        "--no-such-option, --no-such-option",
        "rubbish, rubbish"
    })
    void aWrongOptionStopsTheStartWithOneReadableLine(String option, String says) {
        assertRefused(
                BAD_OPTION,
                says,
                List.of("--port=0", option).stream()
                        .filter(o -> !(option.startsWith("--port") && o.equals("--port=0")))
                        .toList(),
                Map.of());
    }

    @Test
    void aWrongEnvironmentVariableStopsTheStartJustAsWell() {
        assertRefused(BAD_OPTION, "--port=70000: must be", List.of(), Map.of("DOORBUSTER_PORT", "70000"));
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertRefused(
                    CANNOT_START,
                    String.valueOf(taken.getLocalPort()),
                    List.of("--port", String.valueOf(taken.getLocalPort())),
                    Map.of());
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamed() throws IOException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobody = free.getLocalPort();
        }
        assertRefused(
                CANNOT_START,
                "database",
                List.of("--port=0", "--jdbc-url=jdbc:mysql://127.0.0.1:" + nobody + "/shop"),
                Map.of());
    }

    @Test
    void aJournalFolderThatCannotBeIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertRefused(CANNOT_START, file.toString(), List.of("--port=0", "--journal-dir=" + file), Map.of());
    }

    @Test
    void theEnvironmentSetsWhatNoOptionDoes() {
        try (DemoProcess demo = DemoProcess.launch(List.of(), Map.of("DOORBUSTER_PORT", "0"))) {
            assertThat(demo.uri().getHost()).isEqualTo("127.0.0.1");
            assertThat(demo.uri().getPort()).isNotEqualTo(8080);
        }
    }

    @Test
    void sigtermEndsAnIdleDemoWithoutAWordOfError() {
        try (DemoProcess demo = DemoProcess.start(List.of())) {
            int exit = demo.terminate();

            assertThat(exit).isEqualTo(128 + 15);
            assertThat(demo.log()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    private static void assertRefused(int exit, String says, List<String> options, Map<String, String> environment) {
        try (DemoProcess demo = DemoProcess.launch(options, environment)) {
            assertThat(demo.exit()).as(demo.log()).isEqualTo(exit);
            assertThat(demo.log().lines().filter(line -> line.startsWith("demo-app: ")))
                    .singleElement()
                    .asString()
                    .contains(says);
            assertThat(demo.log()).doesNotContain("\tat ");
        }
    }
}
