package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin that the documentation names prints differences. */
class MackerelPluginTest {

    @TempDir
    private Path folder;

    /** Runs the plugin on the lines that {@code /stats} would print. */
    private List<String> run(String lines) throws Exception {
        return run(lines, "http://127.0.0.1:1/stats", folder.resolve("state").toString());
    }

    private List<String> run(String lines, String... arguments) throws Exception {
        Path answer = folder.resolve("answer");
        Files.writeString(answer, lines);
        Path fetch = folder.resolve("fetch");
        Files.writeString(fetch, "#!/bin/sh\ncat '" + answer + "'\n");
        List<String> command = new ArrayList<>(
                List.of("sh", Repository.path("docs/httpstats-mackerel.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder plugin = new ProcessBuilder(command);
        plugin.environment().put("HTTPSTATS_FETCH", "sh " + fetch);
        plugin.environment().put("MACKEREL_PLUGIN_WORKDIR", folder.toString());
        return output(plugin.redirectErrorStream(true).start());
    }

    private static List<String> output(Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.lines().toList();
    }

    @Test
    void countsAreDifferencesPerMinute() throws Exception {
        assertThat(run("http.requests.count\t1000\t1700000000\nhttp.in_flight.now\t7\t1700000000\n"))
                .containsExactly("http.in_flight.now\t7\t1700000000");
        assertThat(run("http.requests.count\t1600\t1700000060\nhttp.in_flight.now\t8\t1700000060\n"))
                .containsExactly("http.requests.count\t600.000000\t1700000060", "http.in_flight.now\t8\t1700000060");
        assertThat(run("http.requests.count\t1700\t1700000180\n"))
                .containsExactly("http.requests.count\t50.000000\t1700000180");
    }

    @Test
    void aRestartIsAGapAndNoNegativeNumber() throws Exception {
        run("http.requests.count\t1000\t1700000000\n");

        assertThat(run("http.requests.count\t30\t1700000060\n")).isEmpty();
        assertThat(run("http.requests.count\t90\t1700000120\n"))
                .containsExactly("http.requests.count\t60.000000\t1700000120");
    }

    @Test
    void twoNodesOfAMachineHaveFilesOfTheirOwn() throws Exception {
        String first = "http://127.0.0.1:8080/stats";
        String second = "http://127.0.0.1:8081/stats";
        run("http.requests.count\t1000\t1700000000\n", first);
        run("http.requests.count\t5000\t1700000001\n", second);

        assertThat(run("http.requests.count\t1600\t1700000060\n", first))
                .containsExactly("http.requests.count\t600.000000\t1700000060");
        assertThat(run("http.requests.count\t5030\t1700000061\n", second))
                .containsExactly("http.requests.count\t30.000000\t1700000061");
    }
}
