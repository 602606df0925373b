package io.github.doorbuster.httpstats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slowest requests of each slice of the window, a fixed number of them. Thread-safe, without locks. */
final class SlowestRequests {

    private static final Comparator<SlowRequest> SLOWEST_FIRST =
            Comparator.comparingLong((SlowRequest request) -> -request.nanos());

    private final int limit;
    private final AtomicReferenceArray<@Nullable Slice> slices = new AtomicReferenceArray<>(WindowClock.SLICES);

    /** The latest slice that is full. Most requests are compared with it only. If it is old, they look further. */
    private volatile @Nullable Slice full;

    SlowestRequests(int limit) {
        this.limit = limit;
    }

    /** {@return whether a request of this duration is among the slowest of its slice so far} */
    boolean isSlow(int slice, long nanos) {
        Slice latest = full;
        return (latest == null || latest.number != slice || nanos > latest.shortest) && isSlowInSlice(slice, nanos);
    }

    private boolean isSlowInSlice(int slice, long nanos) {
        if (limit == 0) {
            return false;
        }
        Slice seen = slices.get(WindowClock.slot(slice));
        return seen == null || seen.number < slice || seen.requests.size() < limit || nanos > seen.shortest;
    }

    void add(int slice, SlowRequest request) {
        int slot = WindowClock.slot(slice);
        Slice seen = slices.get(slot);
        while (seen == null || seen.number <= slice) {
            Stream<SlowRequest> before = seen == null || seen.number < slice ? Stream.of() : seen.requests.stream();
            List<SlowRequest> requests = Stream.concat(before, Stream.of(request))
                    .sorted(SLOWEST_FIRST)
                    .limit(limit)
                    .toList();
            Slice next =
                    new Slice(slice, requests, requests.get(requests.size() - 1).nanos());
            if (slices.compareAndSet(slot, seen, next)) {
                if (requests.size() == limit) {
                    full = next;
                }
                return;
            }
            seen = slices.get(slot);
        }
    }

    /** {@return the slowest requests of the window that ends with a slice, the slowest first} */
    List<SlowRequest> of(int slice) {
        List<SlowRequest> all = new ArrayList<>();
        for (int i = 0; i < slices.length(); i++) {
            Slice seen = slices.get(i);
            if (seen != null && seen.number > slice - WindowClock.SLICES) {
                all.addAll(seen.requests);
            }
        }
        all.sort(SLOWEST_FIRST);
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }

    private record Slice(int number, List<SlowRequest> requests, long shortest) {}
}
