package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.PvPoolConfig.UnknownIds;
import io.github.doorbuster.pvpool.RejectedException.Reason;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides which ids are counted: those that match {@code idPattern} and that the application's predicate accepts. */
final class KnownIds {

    private final @Nullable Pattern pattern;
    private final @Nullable Predicate<String> application;
    private final UnknownIds unknownIds;
    private final LongAdder droppedViews = new LongAdder();

    KnownIds(String pattern, @Nullable Predicate<String> application, UnknownIds unknownIds) {
        this.pattern = pattern.isEmpty() ? null : Pattern.compile(pattern);
        this.application = application;
        this.unknownIds = unknownIds;
    }

    /**
     * Returns the views of known ids.
     *
     * @throws RejectedException if an id is unknown, and unknown ids are rejected
     */
    Views keep(Views views) {
        if (pattern == null && application == null) {
            return views;
        }
        Predicate<String> known = known();
        String unknown = firstUnknown(views.ids(), known);
        if (unknown == null) {
            unknown = firstUnknown(views.decrements(), known);
        }
        return unknown == null ? views : keepSome(views, unknown, known);
    }

    /** Returns a predicate for one request: it uses one matcher for all ids. */
    private Predicate<String> known() {
        if (pattern == null) {
            return application == null ? id -> true : application;
        }
        Matcher matcher = pattern.matcher("");
        Predicate<String> matches = id -> matcher.reset(id).matches();
        return application == null ? matches : matches.and(application);
    }

    private static @Nullable String firstUnknown(List<String> ids, Predicate<String> known) {
        for (String id : ids) {
            if (!known.test(id)) {
                return id;
            }
        }
        return null;
    }

    private Views keepSome(Views views, String unknown, Predicate<String> known) {
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
        return pattern == null ? "the application does not know it" : "ids must match idPattern=" + pattern;
    }

    long droppedViews() {
        return droppedViews.sum();
    }
}
