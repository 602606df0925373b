package io.github.doorbuster.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A browser without a window that can reach loopback and no other host: the system's Chromium, or the program whose
 * path is in {@code CHROMIUM}.
 */
public final class Chromium {

    private static final String VARIABLE = "CHROMIUM";
    private static final long SECONDS_TO_END = 60;

    private Chromium() {}

    /**
     * Loads a page, lets its clock run on, and returns what the document has become. Time in the page stands still
     * while it waits for an answer, and is skipped while it waits for a timer.
     *
     * @param url the page, on loopback
     * @param pageTime how long it runs, on its own clock
     * @param width of the window in pixels
     * @param screenshot where to put a picture of it
     * @return the document as HTML
     * @throws IOException if the browser cannot be run
     * @throws InterruptedException if the caller is interrupted
     */
    public static String document(String url, Duration pageTime, int width, Path screenshot)
            throws IOException, InterruptedException {
        Path directory = Folders.temporary("doorbuster-chromium-");
        Path out = directory.resolve("document.html");
        Process process = new ProcessBuilder(command(
                        directory.resolve("profile"),
                        "--window-size=" + width + ",1200",
                        "--screenshot=" + screenshot,
                        "--virtual-time-budget=" + pageTime.toMillis(),
                        "--dump-dom",
                        url))
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new IllegalStateException("chromium did not end within " + SECONDS_TO_END + " s");
            }
            return Files.readString(out, StandardCharsets.UTF_8);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Folders.delete(directory);
        }
    }

    /** The command line of a browser with this profile, which reaches loopback alone. */
    static List<String> command(Path profile, String... more) {
        List<String> command = new ArrayList<>(List.of(
                SystemPackage.programOrGiven("chromium", "chromium", VARIABLE).toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + profile));
        command.addAll(List.of(more));
        return command;
    }
}
