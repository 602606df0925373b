package io.github.doorbuster.buylock;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the items for which purchases wait or have waited lately. Rejects a purchase at once that could not be
 * served within {@code waitMillis}.
 */
final class ItemLines implements Admission {

    static final int MAX_LINES = 10_000;
    static final int HOTTEST = 10;

    /**
     * A purchase is rejected if its estimated wait exceeds {@code waitMillis} by more than this. The estimate varies by
     * a few percent, and few of those rejected should have been served in time.
     */
    private static final double TOLERANCE = 1.045;

    private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ConcurrentHashMap<String, ItemLine> lines = new ConcurrentHashMap<>();
    private final boolean rejectHopeless;
    private final long maxWaitNanos;

    ItemLines(BuyLockConfig config) {
        this.rejectHopeless = config.rejectHopeless();
        this.maxWaitNanos = (long) (TimeUnit.MILLISECONDS.toNanos(config.waitMillis()) * TOLERANCE);
    }

    @Override
    public RejectedException.@Nullable Reason check(String itemId, long now) {
        ItemLine line = rejectHopeless ? find(itemId) : null;
        return line != null && line.waiting() > 0 && line.estimatedNanos() > maxWaitNanos
                ? RejectedException.Reason.LINE_TOO_LONG
                : null;
    }

    @Override
    public void ended(Grant grant, Grant.Outcome outcome, long now) {
        ItemLine line = outcome == Grant.Outcome.CANCELLED ? null : find(grant.itemId());
        if (line != null) {
            line.ended(now);
        }
    }

    /** A purchase must wait. Returns its line, or null if there is no room for another line. */
    @Nullable
    ItemLine join(String itemId, long now) {
        ItemLine line = lines.compute(itemId, (id, known) -> {
            ItemLine joined = known != null || lines.mappingCount() >= MAX_LINES ? known : new ItemLine(now);
            if (joined != null) {
                joined.joined(now);
            }
            return joined;
        });
        return line;
    }

    @Nullable
    ItemLine find(String itemId) {
        return lines.isEmpty() ? null : lines.get(itemId);
    }

    /** Forgets the lines that were not used for a minute. */
    void removeUnused(long now) {
        lines.forEach((itemId, line) ->
                lines.computeIfPresent(itemId, (id, known) -> known.isUnused(now, KEEP_NANOS) ? null : known));
    }

    /** {@return the items for which most purchases wait, the longest line first, then those with most purchases} */
    List<BuyLockSnapshot.HotItem> hottest(Function<String, SaleState> state) {
        return lines.entrySet().stream()
                .map(entry -> BuyLockSnapshot.HotItem.of(entry.getKey(), entry.getValue(), state.apply(entry.getKey())))
                .sorted(Comparator.comparingInt(BuyLockSnapshot.HotItem::waiting)
                        .thenComparingLong(BuyLockSnapshot.HotItem::granted)
                        .reversed())
                .limit(HOTTEST)
                .toList();
    }
}
