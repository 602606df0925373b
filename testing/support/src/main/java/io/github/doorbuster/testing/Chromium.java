package io.github.doorbuster.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A headless browser that reaches loopback and no other host: the system's Chromium, or the program that
 * {@code CHROMIUM} names.
 */
public final class Chromium {

    private static final String VARIABLE = "CHROMIUM";

    private Chromium() {}

    /**
     * Loads a page, lets its clock run, and returns the document as HTML. The clock of the page stops while the page
     * waits for a response, and jumps to the next timer.
     *
     * @param url the page, on loopback
     * @param pageTime how long the page runs, by its own clock
     * @param width of the window in pixels
     * @param screenshot the file for a picture of the page
     */
    public static String document(String url, Duration pageTime, int width, Path screenshot) {
        Path directory = Folders.temporary("doorbuster-chromium-");
        try {
            List<String> command =
                    new ArrayList<>(List.of("timeout", "60", "sh", "-c", "exec \"$@\" 2>/dev/null", "sh"));
            command.addAll(command(
                    directory,
                    "--window-size=" + width + ",1200",
                    "--screenshot=" + screenshot,
                    "--virtual-time-budget=" + pageTime.toMillis(),
                    "--dump-dom",
                    url));
            return CommandResult.of(command.toArray(String[]::new)).orThrow().output();
        } finally {
            Folders.delete(directory);
        }
    }

    /** The command line of a browser that keeps all its files in a folder. */
    static List<String> command(Path folder, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "TMPDIR=" + folder,
                SystemPackage.programOrGiven("chromium", "chromium", VARIABLE).toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(more));
        return command;
    }
}
