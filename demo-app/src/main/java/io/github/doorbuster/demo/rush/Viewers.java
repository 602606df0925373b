package io.github.doorbuster.demo.rush;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Sends views of the items, half of them of the hot one. */
final class Viewers implements VirtualUsers.Action {

    private final ShopClient shop;
    private final List<String> items;
    private final SalePlan plan;
    final LongAdder accepted = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    private final Histogram micros = new ConcurrentHistogram(3);

    Viewers(ShopClient shop, List<String> items, SalePlan plan) {
        this.shop = shop;
        this.items = items;
        this.plan = plan;
    }

    double p99Millis() {
        return micros.getValueAtPercentile(99) / 1e3;
    }

    @Override
    public boolean run() throws InterruptedException {
        HttpRequest views = shop.request("/items/pvc")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body()))
                .build();
        long began = System.nanoTime();
        try {
            int status = shop.send(views).statusCode();
            if (status == 202) {
                accepted.add(plan.viewsPerRequest());
            }
        } catch (IOException e) {
            unanswered.add(plan.viewsPerRequest());
        }
        micros.recordValue((System.nanoTime() - began) / 1_000);
        TimeUnit.MILLISECONDS.sleep(plan.viewPauseMillis());
        return true;
    }

    private String body() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        List<String> ids = Stream.generate(
                        () -> random.nextBoolean() ? plan.hotItem() : items.get(random.nextInt(items.size())))
                .limit(plan.viewsPerRequest())
                .toList();
        return ShopClient.JSON.writeValueAsString(new Ids(ids));
    }

    private record Ids(List<String> item_ids) {}
}
