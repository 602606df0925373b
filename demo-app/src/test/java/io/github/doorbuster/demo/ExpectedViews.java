package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The views that clients have sent, by item: accepted ones, and those that may be counted or not. */
final class ExpectedViews {

    private final ConcurrentMap<String, Long> accepted = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> uncertain = new ConcurrentHashMap<>();

    /** Adds a request with its status, 0 for no response. */
    void add(int status, Collection<String> ids) {
        Map<String, Long> views = status == 202 ? accepted : uncertain;
        ids.forEach(id -> views.merge(id, 1L, Long::sum));
    }

    /** {@return how many views of items with this prefix were accepted} */
    long accepted(String prefix) {
        return accepted.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** {@return the views of requests that were rejected or not answered} */
    Map<String, Long> uncertain() {
        return uncertain;
    }

    /** Checks that every accepted view was counted, and no view twice. */
    void assertCountedOnceIn(Map<String, Long> written) {
        accepted.forEach((id, count) ->
                assertThat(written.getOrDefault(id, 0L)).as("views of %s", id).isGreaterThanOrEqualTo(count));
        written.forEach((id, count) -> assertThat(count)
                .as("views of %s", id)
                .isLessThanOrEqualTo(accepted.getOrDefault(id, 0L) + uncertain.getOrDefault(id, 0L)));
    }
}
