package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvPoolConfig.UnknownIds;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides which ids are counted: those that match {@code idPattern} and that the application's predicate accepts. */
final class KnownIds {

    private final String pattern;
    private final @Nullable Predicate<String> known;
    private final UnknownIds unknownIds;
    private final LongAdder droppedViews = new LongAdder();

    KnownIds(String pattern, @Nullable Predicate<String> predicate, UnknownIds unknownIds) {
        this.pattern = pattern;
        this.known = both(pattern.isEmpty() ? null : Pattern.compile(pattern).asMatchPredicate(), predicate);
        this.unknownIds = unknownIds;
    }

    private static @Nullable Predicate<String> both(
            @Nullable Predicate<String> first, @Nullable Predicate<String> second) {
        if (first == null) {
            return second;
        }
        return second == null ? first : first.and(second);
    }

    /**
     * Returns the views of known ids.
     *
     * @throws RejectedException if an id is unknown, and unknown ids are rejected
     */
    Views keep(Views views) {
        if (known == null) {
            return views;
        }
        String unknown = firstUnknown(views.ids());
        if (unknown == null) {
            unknown = firstUnknown(views.decrements());
        }
        return unknown == null ? views : keepSome(views, unknown);
    }

    private @Nullable String firstUnknown(List<String> ids) {
        for (String id : ids) {
            if (known != null && !known.test(id)) {
                return id;
            }
        }
        return null;
    }

    private Views keepSome(Views views, String unknown) {
        if (unknownIds == UnknownIds.REJECT) {
            throw new RejectedException(
                    Reason.UNKNOWN_ID,
                    "item id \"%s\": is not counted here; %s".formatted(Excerpt.of(unknown), rule()));
        }
        Views kept = new Views(
                views.ids().stream().filter(known).toList(),
                views.decrements().stream().filter(known).toList(),
                views.idempotencyKey());
        droppedViews.add(views.size() - kept.size());
        return kept;
    }

    private String rule() {
        return pattern.isEmpty() ? "the application does not know it" : "ids must match idPattern=" + pattern;
    }

    long droppedViews() {
        return droppedViews.sum();
    }
}
