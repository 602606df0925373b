package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Other shoppers: they load the list of items and buy items other than the hot one. */
final class OtherShoppers implements VirtualUsers.Action {

    private static final long PAUSE_MILLIS = 100;

    private final ShopClient shop;
    private final List<String> items;
    private final Histogram purchaseMicros = new ConcurrentHistogram(3);
    private final Histogram listMicros = new ConcurrentHistogram(3);

    /**
     * Creates shoppers.
     *
     * @param items the items that they buy; may be empty
     */
    OtherShoppers(ShopClient shop, List<String> items) {
        this.shop = shop;
        this.items = items;
    }

    @Override
    public boolean run() throws InterruptedException {
        time(shop.request("/api/items").GET().build(), listMicros);
        if (!items.isEmpty()) {
            String itemId = items.get(ThreadLocalRandom.current().nextInt(items.size()));
            HttpRequest purchase = shop.request("/buy")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("item_id=" + itemId))
                    .build();
            time(purchase, purchaseMicros);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        return true;
    }

    /** If a request fails, the time until the failure counts. */
    private void time(HttpRequest request, Histogram micros) throws InterruptedException {
        long began = System.nanoTime();
        try {
            shop.send(request);
        } catch (IOException e) {
            // The shopper saw an error page after this time.
        }
        micros.recordValue((System.nanoTime() - began) / 1_000);
    }

    SaleResult.EveryoneElse result() {
        return new SaleResult.EveryoneElse(
                purchaseMicros.getValueAtPercentile(50) / 1e3,
                purchaseMicros.getValueAtPercentile(99) / 1e3,
                listMicros.getValueAtPercentile(50) / 1e3,
                listMicros.getValueAtPercentile(99) / 1e3);
    }
}
