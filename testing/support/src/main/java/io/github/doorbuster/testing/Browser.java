package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A running {@link Chromium} without a window, whose pages are driven like a visitor would.
 *
 * <pre>{@code
 * try (Browser browser = Browser.start(); Page page = browser.newPage()) {
 *   page.size(360, 800).dark().open(url);
 *   page.click("#buy");
 *   page.waitUntil("document.querySelector('output').textContent === 'Bought'");
 *   assertThat(page.problems()).isEmpty();
 * }
 * }</pre>
 */
public final class Browser implements AutoCloseable {

    private static final String PORT_FILE = "DevToolsActivePort";

    private final Path directory;
    private final ServerProcess process;
    private final DevTools devTools;

    private Browser(Path directory, ServerProcess process, DevTools devTools) {
        this.directory = directory;
        this.process = process;
        this.devTools = devTools;
    }

    /**
     * Starts the browser with an empty profile and waits until it can be driven.
     *
     * @return the browser
     */
    public static Browser start() {
        try {
            Path directory = Folders.temporary("doorbuster-browser-");
            Path profile = Files.createDirectory(directory.resolve("profile"));
            Path portFile = profile.resolve(PORT_FILE);
            ServerProcess process = ServerProcess.start(
                    "chromium",
                    Chromium.command(profile, "--remote-debugging-port=0"),
                    directory.resolve("chromium.log"),
                    () -> lines(portFile).size() >= 2);
            List<String> portAndPath = lines(portFile);
            URI endpoint = URI.create("ws://127.0.0.1:" + portAndPath.get(0) + portAndPath.get(1));
            return new Browser(directory, process, DevTools.connect(endpoint));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a browser", e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Opens an empty page that shares nothing, no cookie and no cache, with any other.
     *
     * @return the page
     */
    public Page newPage() {
        String context = devTools.call("Target.createBrowserContext", Map.of())
                .get("browserContextId")
                .asString();
        JsonNode target =
                devTools.call("Target.createTarget", Map.of("url", "about:blank", "browserContextId", context));
        JsonNode attached = devTools.call(
                "Target.attachToTarget",
                Map.of("targetId", target.get("targetId").asString(), "flatten", true));
        return new Page(devTools, attached.get("sessionId").asString(), context);
    }

    /** Closes every page and ends the process. */
    @Override
    public void close() {
        try {
            devTools.call("Browser.close", Map.of());
            process.awaitEnd();
        } finally {
            devTools.close();
            process.close();
            Folders.delete(directory);
        }
    }
}
