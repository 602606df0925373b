package io.github.doorbuster.demo;

import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.Parallel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Visitors of one node who view, buy and look at pages until they are told to end, whether the node runs or not. They
 * pause between requests, so that the load is the same from the first minute to the last.
 */
final class SoakLoad {

    private static final int VIEWERS = 4;
    private static final int BUYERS = 6;
    private static final int VISITORS = 2;
    private static final int ITEMS = 2_000;
    private static final int IDS = 10;
    private static final int PAUSE_MILLIS = 20;
    private static final int DOWN_PAUSE_MILLIS = 200;
    private static final int HOT_ITEMS = 3;
    private static final long HIGHEST_MICROS = 60_000_000;
    /** Half of the default of idempotencySeconds. */
    private static final long KEY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int NO_RESPONSE = 0;
    private static final int NOT_SENT = -1;

    final LongAdder bought = new LongAdder();
    final LongAdder turnedAway = new LongAdder();
    final LongAdder pages = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    final LongAdder refusedConnections = new LongAdder();
    /** The purchases of each item that were answered 200, and those that may have been made or not. */
    final ConcurrentMap<String, Long> sold = new ConcurrentHashMap<>();

    final ConcurrentMap<String, Long> uncertain = new ConcurrentHashMap<>();
    final Histogram viewMicros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    final Histogram purchaseMicros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    final DemoClient client;

    private final String name;
    private final ExpectedViews expected;
    private final AtomicBoolean done = new AtomicBoolean();
    private final CompletableFuture<Void> over;

    private SoakLoad(String name, URI node, ExpectedViews expected) {
        this.name = name;
        this.client = new DemoClient(node);
        this.expected = expected;
        this.over = CompletableFuture.runAsync(() -> {
            try {
                Parallel.run(VIEWERS + BUYERS + VISITORS, this::visitor);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Starts the visitors of a node; adds every view to the expected views. */
    static SoakLoad start(String name, URI node, ExpectedViews expected) {
        return new SoakLoad(name, node, expected);
    }

    void end() {
        done.set(true);
        over.join();
    }

    private void visitor(int number) throws InterruptedException {
        Random random = new Random(number);
        while (!done.get()) {
            int status = number < VIEWERS
                    ? view(number % 2 == 0, random)
                    : number < VIEWERS + BUYERS ? buy(String.valueOf(1 + random.nextInt(HOT_ITEMS))) : look(random);
            pause(status);
        }
    }

    private static void pause(int status) throws InterruptedException {
        boolean down = status == NOT_SENT || status == NO_RESPONSE;
        TimeUnit.MILLISECONDS.sleep(down ? DOWN_PAUSE_MILLIS : PAUSE_MILLIS); // the rate of the load
    }

    /**
     * Sends views once; or, with a key, until they are accepted, but not for so long that the node may have forgotten
     * the key.
     */
    private int view(boolean keyed, Random random) throws InterruptedException {
        List<String> ids = Stream.generate(() -> name + (keyed ? "-keyed-" : "-plain-") + random.nextInt(ITEMS))
                .limit(IDS)
                .toList();
        String key = UUID.randomUUID().toString();
        long began = System.nanoTime();
        int status = send(() -> keyed ? client.view(ids, key) : client.view(ids), viewMicros);
        while (keyed && status != 202 && System.nanoTime() - began < KEY_NANOS) {
            pause(status);
            status = send(() -> client.view(ids, key), viewMicros);
        }
        if (keyed || status != NOT_SENT) {
            expected.add(status, ids);
        }
        return status;
    }

    private int buy(String itemId) throws InterruptedException {
        AtomicBoolean byDatabase = new AtomicBoolean();
        int status = send(
                () -> {
                    HttpReply reply = client.buy(itemId);
                    byDatabase.set(reply.status() == 503 && reply.text().contains("database"));
                    return reply;
                },
                purchaseMicros);
        if (status == 200) {
            bought.increment();
            sold.merge(itemId, 1L, Long::sum);
        } else if (status == NO_RESPONSE || byDatabase.get()) {
            uncertain.merge(itemId, 1L, Long::sum); // the answer to COMMIT may be lost
        } else if (status == 503) {
            turnedAway.increment();
        }
        return status;
    }

    private int look(Random random) throws InterruptedException {
        List<String> paths = List.of("/", "/api/items", "/hc", "/console", "/items/pvc?item_ids=1,2,3");
        String path = paths.get(random.nextInt(paths.size()));
        int status = send(() -> client.send("GET", path, Map.of(), ""), null);
        if (status == 200) {
            pages.increment();
        }
        return status;
    }

    private interface Exchange {
        HttpReply send() throws IOException, InterruptedException;
    }

    private int send(Exchange exchange, Histogram micros) throws InterruptedException {
        long began = System.nanoTime();
        try {
            int status = exchange.send().status();
            if (micros != null) {
                micros.recordValue(Math.min((System.nanoTime() - began) / 1_000, HIGHEST_MICROS));
            }
            return status;
        } catch (ConnectException e) {
            refusedConnections.increment();
            return NOT_SENT;
        } catch (IOException e) {
            unanswered.increment();
            return NO_RESPONSE;
        }
    }
}
