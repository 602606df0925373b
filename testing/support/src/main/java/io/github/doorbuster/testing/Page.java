package io.github.doorbuster.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One page of a {@link Browser}, used by one thread. Selectors are CSS selectors and mean the first element that
 * matches. The page asks for reduced motion, so that screenshots do not depend on animations.
 *
 * <p>What takes longer than {@value #LIMIT_SECONDS} s throws {@link IllegalStateException}.
 */
public final class Page implements AutoCloseable {

    static final int LIMIT_SECONDS = 60;

    private static final long POLL_MILLIS = 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A key that {@link #type} cannot type. */
    public enum Key {
        /** Moves the focus. */
        TAB("Tab", "Tab", 9, ""),
        /** Presses the focused element. */
        ENTER("Enter", "Enter", 13, "\r");

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

    /** Sets the size of the window in CSS pixels. */
    public Page size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        return this;
    }

    /** Prefers dark colours from now on. */
    public Page dark() {
        return colorScheme("dark");
    }

    /** Prefers light colours from now on, which is the default. */
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

    /** Runs no script of the page from now on; {@link #evaluate} still works. */
    public Page withoutJavaScript() {
        call("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        return this;
    }

    /** Opens a URL and returns after it has loaded. */
    public Page open(String url) {
        JsonNode result = call("Page.navigate", Map.of("url", url));
        if (result.has("errorText")) {
            throw new IllegalStateException(url + ": " + result.get("errorText").asString());
        }
        String document = result.get("loaderId").asString();
        await("loading " + url, () -> record.loaded().equals(document));
        return this;
    }

    /** Evaluates JavaScript in the page and returns the value as JSON; a promise is awaited. */
    public JsonNode evaluate(String expression) {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": "
                    + result.at("/exceptionDetails/exception/description").asString());
        }
        JsonNode value = result.at("/result/value");
        return value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
    }

    /** Waits until JavaScript is true; while another document loads it counts as false. */
    public void waitUntil(String condition) {
        await("waiting for " + condition, () -> holds(condition));
    }

    private boolean holds(String condition) {
        try {
            return evaluate("!!(" + condition + ")").asBoolean();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Waits until an element exists and its text contains a part. */
    public void waitForText(String selector, String part) {
        waitUntil("document.querySelector(%s)?.textContent.includes(%s)".formatted(quoted(selector), quoted(part)));
    }

    /** {@return the text of an element as it is shown} */
    public String text(String selector) {
        return evaluate("document.querySelector(%s).innerText".formatted(quoted(selector)))
                .asString();
    }

    /** Scrolls to an element and clicks the middle of it. */
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

    /** Types text into the focused element. */
    public void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** Presses and releases a key. */
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

    /** Writes what the window shows to a PNG file. */
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

    /** {@return the HTTP status of the document that was loaded last} */
    public int status() {
        return record.status();
    }

    /**
     * Returns the problems since the page was opened, one line each: uncaught exceptions, errors and warnings that
     * scripts logged, and violations of the content security policy. A response with 4xx or 5xx is no problem.
     */
    public List<String> problems() {
        return record.problems();
    }

    /** {@return the URL of every request since the page was opened, in order} */
    public List<String> requests() {
        return record.requests();
    }

    /** {@return the URLs of requests to hosts other than loopback, answered or not} */
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

    /** Closes the page and discards what it stored. */
    @Override
    public void close() {
        devTools.call("Target.disposeBrowserContext", Map.of("browserContextId", context));
        devTools.forget(session);
    }

    private static void await(String activity, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                throw new IllegalStateException("gave up after " + LIMIT_SECONDS + " s " + activity);
            }
            try {
                Thread.sleep(POLL_MILLIS); // a page sends no event for an arbitrary condition
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted " + activity, e);
            }
        }
    }
}
