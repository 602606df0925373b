package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Buys one item, and retries after a rejection. */
final class Buyers implements VirtualUsers.Action {

    /** How soon a person presses the button again. */
    private static final long RETRY_PAUSE_NANOS = 200_000_000;

    private final ShopClient shop;
    private final String itemId;
    final LongAdder sold = new LongAdder();
    final LongAdder soldOut = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder failed = new LongAdder();
    private final long start = System.nanoTime();
    private final LongAccumulator lastSale = new LongAccumulator(Math::max, 0);
    private final LongAccumulator lastToldSoldOut = new LongAccumulator(Math::max, 0);
    private final Histogram micros = new ConcurrentHistogram(3);

    Buyers(ShopClient shop, String itemId) {
        this.shop = shop;
        this.itemId = itemId;
    }

    /** {@return the time from the last sale until all of so many buyers were told; empty if not all were} */
    OptionalLong everybodyKnewMillis(int buyers) {
        return buyers > 0 && soldOut.sum() >= buyers
                ? OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(Math.max(0, lastToldSoldOut.get() - lastSale.get())))
                : OptionalLong.empty();
    }

    double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    @Override
    public boolean run() throws InterruptedException {
        HttpRequest purchase = shop.request("/buy")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("item_id=" + itemId))
                .build();
        long began = System.nanoTime();
        int status;
        try {
            status = shop.send(purchase).statusCode();
        } catch (IOException e) {
            status = 0;
        }
        long now = System.nanoTime();
        micros.recordValue((now - began) / 1_000);
        switch (status) {
            case 200 -> {
                sold.increment();
                lastSale.accumulate(now - start);
            }
            case 409 -> {
                soldOut.increment();
                lastToldSoldOut.accumulate(now - start);
            }
            case 503 -> rejected.increment();
            default -> failed.increment();
        }
        if (status != 200 && status != 409) {
            TimeUnit.NANOSECONDS.sleep(RETRY_PAUSE_NANOS);
        }
        return status != 409;
    }
}
