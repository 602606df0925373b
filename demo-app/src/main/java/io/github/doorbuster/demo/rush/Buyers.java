package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Buyers who all want the same item, and try again when they are refused. */
final class Buyers implements Crowd.Member {

    /** What a person does with a refusal: a breath, then the button again. */
    private static final long BREATH_NANOS = 200_000_000;

    private final ShopClient shop;
    private final HttpRequest purchase;
    final LongAdder sold = new LongAdder();
    final LongAdder soldOut = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();
    final Histogram micros = new ConcurrentHistogram(3);

    Buyers(ShopClient shop, String itemId) {
        this.shop = shop;
        this.purchase = shop.request("/buy")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("item_id=" + itemId))
                .build();
    }

    @Override
    public boolean act() throws InterruptedException {
        long began = System.nanoTime();
        int status;
        try {
            status = shop.send(purchase).statusCode();
        } catch (IOException e) {
            status = 0;
        }
        micros.recordValue((System.nanoTime() - began) / 1_000);
        switch (status) {
            case 200 -> sold.increment();
            case 409 -> soldOut.increment();
            case 503 -> refused.increment();
            default -> failed.increment();
        }
        if (status != 200 && status != 409) {
            LockSupport.parkNanos(BREATH_NANOS);
        }
        return status != 409;
    }
}
