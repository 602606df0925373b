package io.github.doorbuster.buylock.memcached;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.spy.memcached.ops.StatusCode;

/**
 * The counters that number the tickets of the nodes that wait for a key. A counter is on the server of its key, not on
 * that of its own name, so that both are available or neither.
 */
final class TicketCounters {

    private static final int LINE_SECONDS = 3_600;
    private static final int ATTEMPTS = 3;

    private final MemcachedCommands client;
    private final InFlightOperations operations;

    TicketCounters(MemcachedCommands client, InFlightOperations operations) {
        this.client = client;
        this.operations = operations;
    }

    /** {@return the key of the counter of a line} */
    static String keyOf(String key, String line) {
        return key + '|' + line;
    }

    /**
     * Takes the next ticket.
     *
     * @param first the number of the ticket if the server does not have the counter
     */
    CompletionStage<Long> take(String key, String line, long first) {
        return take(key, keyOf(key, line), first, ATTEMPTS);
    }

    /** {@code incr} creates nothing: the first node adds the number, and the others increment it. */
    private CompletionStage<Long> take(String key, String counter, long first, int attempts) {
        ReplyFuture incremented = new ReplyFuture(operations);
        return operations
                .send(incremented, reply -> client.sendIncr(key, counter, reply))
                .thenCompose(code -> code == StatusCode.SUCCESS
                        ? CompletableFuture.completedFuture(Long.valueOf(incremented.message()))
                        : start(key, counter, first, attempts));
    }

    private CompletionStage<Long> start(String key, String counter, long first, int attempts) {
        if (attempts == 0) {
            return CompletableFuture.failedStage(new NoReplyException("memcached does not keep " + counter));
        }
        return operations
                .send(
                        new ReplyFuture(operations),
                        reply -> client.sendAdd(key, counter, LINE_SECONDS, Long.toString(first), reply))
                .thenCompose(code -> code == StatusCode.SUCCESS
                        ? CompletableFuture.completedFuture(first)
                        : take(key, counter, first, attempts - 1));
    }
}
