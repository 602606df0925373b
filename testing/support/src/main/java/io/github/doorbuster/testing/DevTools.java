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

/** The Chrome DevTools Protocol over one WebSocket: commands with their answers, and events by session. */
final class DevTools implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final Map<Integer, CompletableFuture<JsonNode>> unanswered = new ConcurrentHashMap<>();
    private final Map<String, BiConsumer<String, JsonNode>> listeners = new ConcurrentHashMap<>();
    private final WebSocket socket;
    private int lastId;
    private @Nullable CompletableFuture<WebSocket> lastSend;

    private DevTools(URI endpoint) {
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(ANSWER_LIMIT)
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
     * @param session the page it is for, or null for the browser itself
     * @throws IllegalStateException if the browser refuses it or does not answer in time
     */
    JsonNode call(@Nullable String session, String method, Map<String, ?> params) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        int id = send(session, method, params, answer);
        try {
            return answer.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + method, e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the browser did not answer " + method + " " + params, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    method + " " + params + ": " + e.getCause().getMessage(), e.getCause());
        } finally {
            unanswered.remove(id);
        }
    }

    private synchronized int send(
            @Nullable String session, String method, Map<String, ?> params, CompletableFuture<JsonNode> answer) {
        int id = ++lastId;
        Map<String, Object> command = new HashMap<>(Map.of("id", id, "method", method, "params", params));
        if (session != null) {
            command.put("sessionId", session);
        }
        unanswered.put(id, answer);
        // A WebSocket takes the next text only when the last one has left.
        String text = JSON.writeValueAsString(command);
        lastSend = lastSend == null
                ? socket.sendText(text, true)
                : lastSend.thenCompose(sent -> socket.sendText(text, true));
        return id;
    }

    /**
     * Hands the events of a session on, on the thread that reads them: never call the browser from there.
     *
     * @param session the page
     * @param listener takes an event's method and parameters
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
        unanswered.values().forEach(answer -> answer.completeExceptionally(why));
    }

    private void receive(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer =
                    unanswered.remove(message.get("id").asInt());
            if (answer == null) {
                return;
            }
            if (message.has("error")) {
                answer.completeExceptionally(
                        new IllegalStateException(message.at("/error/message").asString()));
            } else {
                answer.complete(message.get("result"));
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
