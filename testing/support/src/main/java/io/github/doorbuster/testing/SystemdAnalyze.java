package io.github.doorbuster.testing;

import java.nio.file.Path;

/** systemd's check of unit files, by the program that {@code SYSTEMD_ANALYZE} names, or the system's. */
public final class SystemdAnalyze {

    private SystemdAnalyze() {}

    /** Returns the faults of a unit file, empty for none. systemd itself need not run. */
    public static String verify(Path unit) {
        String program = SystemPackage.programOrGiven("systemd-analyze", "systemd", "SYSTEMD_ANALYZE")
                .toString();
        CommandResult result = CommandResult.of(program, "verify", "--man=no", unit.toString());
        return result.status() == 0 || !result.output().isEmpty()
                ? result.output()
                : "systemd-analyze ended with " + result.status();
    }
}
