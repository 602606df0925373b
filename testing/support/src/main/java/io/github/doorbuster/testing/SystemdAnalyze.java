package io.github.doorbuster.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** systemd's own check of unit files; the program is the one in {@code SYSTEMD_ANALYZE}, or the system's. */
public final class SystemdAnalyze {

    private SystemdAnalyze() {}

    /**
     * Checks a unit file. systemd itself need not run.
     *
     * @param unit the file
     * @return what is wrong with it, empty for nothing
     * @throws IOException if the check cannot be run
     * @throws InterruptedException if the caller is interrupted
     */
    public static String verify(Path unit) throws IOException, InterruptedException {
        String program = SystemPackage.programOrGiven("systemd-analyze", "systemd", "SYSTEMD_ANALYZE")
                .toString();
        Process process = new ProcessBuilder(List.of(program, "verify", "--man=no", unit.toString()))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return status == 0 || !output.isBlank() ? output.strip() : "systemd-analyze ended with " + status;
    }
}
