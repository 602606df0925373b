package io.github.doorbuster.containers;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** The code in the documentation that needs no particular container. {@link PlainCodeIT} runs it. */
final class PlainCode {

    private final ToIntFunction<String> handler;
    private final Function<String, InputStream> opens;
    private final Runnable purchase;

    PlainCode(ToIntFunction<String> handler, Function<String, InputStream> opens, Runnable purchase) {
        this.handler = handler;
        this.opens = opens;
        this.purchase = purchase;
    }

    HttpStatsSnapshot withoutServlets(HttpStats stats, String request) {
        long start = stats.begin();
        int status = handle(request);
        stats.end(start, "/buy", "POST", status);

        HttpStatsSnapshot snapshot = stats.snapshot();
        return snapshot;
    }

    static void section(ServletContext servletContext, Collection<?> baskets) {
        servletContext.setAttribute("stats.basket", (Supplier<?>) () -> Map.of("open", baskets.size()));
    }

    static void sectionOfASnapshot(ServletContext servletContext, Purchases purchases) {
        Supplier<?> section = purchases::snapshot;
        servletContext.setAttribute("stats.shop", section);
    }

    Histogram manyNodes(List<String> nodes) {
        Histogram all = new Histogram(TimeUnit.HOURS.toNanos(1), 2);
        for (String node : nodes) {
            all.add((Histogram) new HistogramLogReader(open(node + "/stats?format=hdr")).nextIntervalHistogram());
        }
        return all;
    }

    static void grant(HttpServletRequest request) {
        Grant grant = (Grant) request.getAttribute(BuyLockFilter.GRANT);
        if (!grant.leaseHolds()) { // somebody else may be purchasing now: rely on the row lock, or give up
            throw new IllegalStateException("the lease is lost");
        }
        grant.close(); // optional: ends the purchase early, before the page is rendered
    }

    void acquire(BuyLock lock) {
        Consumer<Grant> buy = grant -> {
            try (grant) {
                purchase();
            }
        };
        lock.acquire("42").thenAccept(buy);
    }

    int call(BuyLock lock) throws Exception {
        int sold = lock.call("42", () -> sell("42"));
        return sold;
    }

    void acquireBlocking(BuyLock lock) throws InterruptedException {
        try (Grant grant = lock.acquire("42", Duration.ofSeconds(2))) {
            if (sell("42") == 0) {
                grant.soldOut();
            }
        }
    }

    private int sell(String itemId) {
        purchase.run();
        return Integer.parseInt(itemId);
    }

    private int handle(String request) {
        return handler.applyAsInt(request);
    }

    private InputStream open(String url) {
        return opens.apply(url);
    }

    private void purchase() {
        purchase.run();
    }

    /** A part of an application that publishes statistics. */
    interface Purchases {
        Object snapshot();
    }
}
