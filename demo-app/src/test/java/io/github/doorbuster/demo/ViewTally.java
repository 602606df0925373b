package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What clients know of their views, per item: how many were accepted, and how many may or may not be counted. */
final class ViewTally {

    private final ConcurrentMap<String, Long> accepted = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> uncertain = new ConcurrentHashMap<>();

    /** Notes an answer; 0 stands for none. */
    void answered(int status, Collection<String> ids) {
        Map<String, Long> sums = status == 202 ? accepted : uncertain;
        ids.forEach(id -> sums.merge(id, 1L, Long::sum));
    }

    /** All accepted views of items whose id starts so. */
    long accepted(String prefix) {
        return accepted.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Views of requests that were refused or not answered, per item. */
    Map<String, Long> uncertain() {
        return uncertain;
    }

    /** Holds a database against it: nothing accepted is missing, and nothing is there that nobody sent. */
    void assertCountedOnceIn(Map<String, Long> written) {
        accepted.forEach((id, count) ->
                assertThat(written.getOrDefault(id, 0L)).as("views of %s", id).isGreaterThanOrEqualTo(count));
        written.forEach((id, count) -> assertThat(count)
                .as("views of %s", id)
                .isLessThanOrEqualTo(accepted.getOrDefault(id, 0L) + uncertain.getOrDefault(id, 0L)));
    }
}
