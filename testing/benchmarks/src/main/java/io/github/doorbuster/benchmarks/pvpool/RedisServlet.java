package io.github.doorbuster.benchmarks.pvpool;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Counts each view with a {@code HINCRBY} through Lettuce, and answers when Redis has confirmed all of them. */
final class RedisServlet extends HttpServlet implements AutoCloseable {

    private static final long serialVersionUID = 1L;
    private static final String HASH = "item_pv";

    private final transient RedisClient client;
    private final transient StatefulRedisConnection<String, String> connection;

    RedisServlet(String address) {
        client = RedisClient.create("redis://" + address);
        connection = client.connect();
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        RedisAsyncCommands<String, String> redis = connection.async();
        List<String> ids = ParsingServlet.ids(request);
        CompletableFuture<?>[] counted = ids.stream()
                .map(id -> redis.hincrby(HASH, id, 1).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        AsyncContext async = request.startAsync();
        CompletableFuture.allOf(counted).whenComplete((all, failed) -> {
            try {
                if (failed == null) {
                    ParsingServlet.accept(response, ids.size());
                } else {
                    response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                async.complete();
            }
        });
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
