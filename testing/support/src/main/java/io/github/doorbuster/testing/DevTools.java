package io.github.doorbuster.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A connection by the Chrome DevTools Protocol: commands with their results, and the events of each session. */
final class DevTools implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final Map<String, BiConsumer<String, JsonNode>> listeners = new ConcurrentHashMap<>();
    private final WebSocket socket;
    private int lastId;
    private @Nullable CompletableFuture<WebSocket> lastSend;

    private DevTools(URI endpoint) {
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(TIMEOUT)
                .buildAsync(endpoint, new Incoming())
                .join();
    }

    static DevTools connect(URI endpoint) {
        return new DevTools(endpoint);
    }

    /** Sends a command to the browser itself and returns its result. */
    JsonNode call(String method, Map<String, ?> params) {
        return call(null, method, params);
    }

    /**
     * Sends a command and returns its result.
     *
     * @param session of a page, or null for the browser itself
     * @throws IllegalStateException if the browser reports an error or does not answer in time
     */
    JsonNode call(@Nullable String session, String method, Map<String, ?> params) {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        int id = send(session, method, params, result);
        try {
            return result.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + method, e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the browser did not answer " + method + " " + params, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    method + " " + params + ": " + e.getCause().getMessage(), e.getCause());
        } finally {
            pending.remove(id);
        }
    }

    private synchronized int send(
            @Nullable String session, String method, Map<String, ?> params, CompletableFuture<JsonNode> result) {
        int id = ++lastId;
        Map<String, Object> command = new HashMap<>(Map.of("id", id, "method", method, "params", params));
        if (session != null) {
            command.put("sessionId", session);
        }
        pending.put(id, result);
        // A WebSocket accepts a text only after it has sent the previous one.
        String text = JSON.writeValueAsString(command);
        lastSend = lastSend == null
                ? socket.sendText(text, true)
                : lastSend.thenCompose(sent -> socket.sendText(text, true));
        return id;
    }

    /**
     * Sends the events of a session to a listener, as method and parameters. The listener runs on the thread that reads
     * from the browser, so it must not call the browser.
     */
    void listen(String session, BiConsumer<String, JsonNode> listener) {
        listeners.put(session, listener);
    }

    void forget(String session) {
        listeners.remove(session);
    }

    @Override
    public void close() {
        socket.abort();
        failAll(new IllegalStateException("the connection to the browser was closed"));
    }

    private void failAll(Throwable why) {
        pending.values().forEach(result -> result.completeExceptionally(why));
    }

    private void receive(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> result =
                    pending.remove(message.get("id").asInt());
            if (result == null) {
                return;
            }
            if (message.has("error")) {
                result.completeExceptionally(
                        new IllegalStateException(message.at("/error/message").asString()));
            } else {
                result.complete(message.get("result"));
            }
        } else if (message.has("sessionId")) {
            BiConsumer<String, JsonNode> listener =
                    listeners.get(message.get("sessionId").asString());
            if (listener != null) {
                listener.accept(message.get("method").asString(), message.get("params"));
            }
        }
    }

    private final class Incoming implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String message = text.toString();
                text.setLength(0);
                receive(JSON.readTree(message));
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            failAll(new IllegalStateException("the browser closed the connection"));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            failAll(error);
        }
    }
}
