package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One page of a {@link Browser}: opened, looked at, clicked and typed at, by one thread. It asks for reduced motion, so
 * that what is looked at stands still. What takes longer than {@value #LIMIT_SECONDS} s throws
 * {@link IllegalStateException}.
 */
public final class Page implements AutoCloseable {

    static final int LIMIT_SECONDS = 20;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A key of the keyboard that types nothing, or what Enter and space do. */
    public enum Key {
        /** To the next thing that takes the focus. */
        TAB("Tab", "Tab", 9, ""),
        /** Presses what has the focus. */
        ENTER("Enter", "Enter", 13, "\r"),
        /** Presses what has the focus, or scrolls. */
        SPACE(" ", "Space", 32, " "),
        /** Leaves. */
        ESCAPE("Escape", "Escape", 27, "");

        private final String key;
        private final String code;
        private final int virtualKey;
        private final String text;

        Key(String key, String code, int virtualKey, String text) {
            this.key = key;
            this.code = code;
            this.virtualKey = virtualKey;
            this.text = text;
        }
    }

    private final DevTools devTools;
    private final String session;
    private final String context;
    private final PageRecord record = new PageRecord();

    Page(DevTools devTools, String session, String context) {
        this.devTools = devTools;
        this.session = session;
        this.context = context;
        devTools.listen(session, record::add);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
        call("Page.setLifecycleEventsEnabled", Map.of("enabled", true));
        size(1280, 800).light();
    }

    /**
     * Sets the size of the window.
     *
     * @param width in CSS pixels
     * @param height in CSS pixels
     * @return this
     */
    public Page size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        return this;
    }

    /**
     * Prefers dark colours from now on.
     *
     * @return this
     */
    public Page dark() {
        return colorScheme("dark");
    }

    /**
     * Prefers light colours from now on, as a new page does.
     *
     * @return this
     */
    public Page light() {
        return colorScheme("light");
    }

    private Page colorScheme(String value) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", value),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        return this;
    }

    /**
     * Runs no script of the page from now on; {@link #evaluate} still works.
     *
     * @return this
     */
    public Page withoutJavaScript() {
        call("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        return this;
    }

    /**
     * Goes to an address and returns once it has loaded.
     *
     * @param url the address
     * @return this
     */
    public Page open(String url) {
        JsonNode answer = call("Page.navigate", Map.of("url", url));
        if (answer.has("errorText")) {
            throw new IllegalStateException(url + ": " + answer.get("errorText").asString());
        }
        Deadline deadline = new Deadline();
        String document = answer.get("loaderId").asString();
        while (!record.loaded().equals(document)) {
            deadline.pause("loading " + url);
        }
        return this;
    }

    /**
     * Evaluates an expression in the page; a promise is awaited.
     *
     * @param expression JavaScript
     * @return its value, as JSON
     */
    public JsonNode evaluate(String expression) {
        JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": "
                    + answer.at("/exceptionDetails/exception/description").asString());
        }
        JsonNode value = answer.at("/result/value");
        return value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
    }

    /**
     * Waits until an expression is true.
     *
     * @param condition JavaScript; while the page is being replaced by another it counts as false
     */
    public void waitUntil(String condition) {
        Deadline deadline = new Deadline();
        while (!holds(condition)) {
            deadline.pause("waiting for " + condition);
        }
    }

    private boolean holds(String condition) {
        try {
            return evaluate("!!(" + condition + ")").asBoolean();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /**
     * Waits until there is such an element and its text contains what is looked for.
     *
     * @param selector a CSS selector
     * @param text part of its text
     */
    public void waitForText(String selector, String text) {
        waitUntil("document.querySelector(%s)?.textContent.includes(%s)".formatted(quoted(selector), quoted(text)));
    }

    /**
     * Returns the text of an element as it is shown.
     *
     * @param selector a CSS selector; the first element that matches
     * @return its text
     */
    public String text(String selector) {
        return evaluate("document.querySelector(%s).innerText".formatted(quoted(selector)))
                .asString();
    }

    /**
     * Returns the whole document as it is now.
     *
     * @return HTML
     */
    public String html() {
        return evaluate("document.documentElement.outerHTML").asString();
    }

    /**
     * Scrolls to an element and clicks the middle of it.
     *
     * @param selector a CSS selector; the first element that matches
     */
    public void click(String selector) {
        JsonNode middle = evaluate("""
                (() => {
                  const element = document.querySelector(%s);
                  element.scrollIntoView({ block: 'center', behavior: 'instant' });
                  const box = element.getBoundingClientRect();
                  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
                })()""".formatted(quoted(selector)));
        for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
            boolean moved = type.equals("mouseMoved");
            call(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            middle.get("x").asDouble(),
                            "y",
                            middle.get("y").asDouble(),
                            "button",
                            moved ? "none" : "left",
                            "clickCount",
                            moved ? 0 : 1));
        }
    }

    /**
     * Types into what has the focus.
     *
     * @param text what to type
     */
    public void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /**
     * Presses a key and lets it go.
     *
     * @param key which
     */
    public void press(Key key) {
        for (String type : List.of(key.text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type", type,
                            "key", key.key,
                            "code", key.code,
                            "windowsVirtualKeyCode", key.virtualKey,
                            "text", type.equals("keyUp") ? "" : key.text));
        }
    }

    /**
     * Takes a picture of what the window shows.
     *
     * @param file a PNG file
     */
    public void screenshot(Path file) {
        try {
            String png = call("Page.captureScreenshot", Map.of("format", "png"))
                    .get("data")
                    .asString();
            Files.write(file, Base64.getDecoder().decode(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the status of the document that was loaded last.
     *
     * @return the HTTP status
     */
    public int status() {
        return record.status();
    }

    /**
     * Returns what the console complained about since the page was made: uncaught exceptions, errors and warnings that
     * scripts wrote, and what the content security policy forbade. A request answered with 4xx or 5xx is not among
     * them.
     *
     * @return one line each
     */
    public List<String> problems() {
        return record.problems();
    }

    /**
     * Returns the address of every request that was made since the page was.
     *
     * @return one for each request, in their order
     */
    public List<String> requests() {
        return record.requests();
    }

    /**
     * Returns the requests that went to another host than loopback, or tried to.
     *
     * @return their addresses
     */
    public List<String> requestsToOtherHosts() {
        return record.requests().stream()
                .filter(url -> !url.matches("(http://127\\.0\\.0\\.1[:/]|data:|blob:|about:).*"))
                .toList();
    }

    private JsonNode call(String method, Map<String, ?> params) {
        return devTools.call(session, method, params);
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    /** Closes the page with everything it stored. */
    @Override
    public void close() {
        devTools.call("Target.disposeBrowserContext", Map.of("browserContextId", context));
        devTools.forget(session);
    }

    private static final class Deadline {

        private final long end =
                System.nanoTime() + Duration.ofSeconds(LIMIT_SECONDS).toNanos();

        void pause(String during) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("gave up after " + LIMIT_SECONDS + " s " + during);
            }
            try {
                Thread.sleep(LOOK_AGAIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted " + during, e);
            }
        }
    }
}
