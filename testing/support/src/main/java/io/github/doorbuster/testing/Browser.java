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
 * A headless {@link Chromium} whose pages are driven as a visitor would.
 *
 * <pre>{@code
 * try (Page page = Browser.shared().newPage()) {
 *   page.size(360, 800).dark().open(url);
 *   page.click("#buy");
 *   page.waitForText("output", "Bought");
 *   assertThat(page.problems()).isEmpty();
 * }
 * }</pre>
 */
public final class Browser implements AutoCloseable {

    private final Path directory;
    private final ChildProcess process;
    private final DevTools devTools;
    private boolean shared;

    private Browser(Path directory, ChildProcess process, DevTools devTools) {
        this.directory = directory;
        this.process = process;
        this.devTools = devTools;
    }

    /** Starts a browser with an empty profile. */
    public static Browser start() {
        Path directory = Folders.temporary("doorbuster-browser-");
        Path portFile = directory.resolve("profile").resolve("DevToolsActivePort");
        ChildProcess process = ChildProcess.start(
                "chromium",
                Chromium.command(directory, "--remote-debugging-port=0"),
                directory,
                () -> lines(portFile).size() >= 2);
        List<String> portAndPath = lines(portFile);
        URI endpoint = URI.create("ws://127.0.0.1:" + portAndPath.get(0) + portAndPath.get(1));
        return new Browser(directory, process, DevTools.connect(endpoint));
    }

    /** Returns the browser that all tests of this JVM share; {@link #close()} leaves it open, it ends with the JVM. */
    public static Browser shared() {
        return Shared.BROWSER;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens an empty page that shares no cookie and no cache with any other page. */
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
        if (!shared) {
            end();
        }
    }

    private void end() {
        devTools.close();
        process.close();
        Folders.delete(directory);
    }

    private static final class Shared {
        static final Browser BROWSER = create();

        private static Browser create() {
            Browser browser = start();
            browser.shared = true;
            Runtime.getRuntime().addShutdownHook(new Thread(browser::end, "doorbuster-testing-end-browser"));
            return browser;
        }
    }
}
