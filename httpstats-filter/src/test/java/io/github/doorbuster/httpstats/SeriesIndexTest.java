package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SeriesIndexTest {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW");

    /** What a scanner does: every method and many statuses on every route. */
    private static void probe(HttpStats stats) {
        for (int route = 0; route < 100; route++) {
            for (String method : METHODS) {
                for (int status = 400; status < 420; status++) {
                    stats.end(stats.begin(), "/" + route, method, status);
                }
            }
        }
    }

    @Test
    void aProbedTableKeepsTheErrorsOfEachRoute() {
        HttpStats stats = new FakeClock().newStats();
        probe(stats);

        stats.end(stats.begin(), "/7", "POST", 503);
        stats.end(stats.begin(), "/8", "POST", 502);

        HttpStatsSnapshot snapshot = stats.snapshot();
        assertThat(snapshot.routes()).hasSize(100).doesNotContainKey("_OTHER");
        assertThat(snapshot.routes().get("/7").count()).isEqualTo(201);
        assertThat(snapshot.routes().get("/7").statusCounts()).containsEntry(5, 1L);
        assertThat(snapshot.requests().statusCounts())
                .containsEntry(503, 1L)
                .containsEntry(502, 1L)
                .containsEntry(419, 1_000L);
        assertThat(snapshot.requests().count()).isEqualTo(20_002);
        assertThat(snapshot.statusClasses().get("5xx").count()).isEqualTo(2);
        assertThat(snapshot.series().stream()
                        .mapToLong(HttpStatsSnapshot.Series::count)
                        .sum())
                .isEqualTo(20_002);
    }

    @Test
    void theMethodIsFoldedBeforeTheStatusAndTheRouteNever() {
        SeriesIndex index = new SeriesIndex(101);
        for (int route = 1; index.size() < SeriesIndex.MAX_SERIES; route++) {
            for (int method = 1; method < METHODS.size() && index.size() < SeriesIndex.MAX_SERIES; method++) {
                index.idOf(1 + route % 90, method, 100 + route);
            }
        }

        int withoutMethod = index.idOf(99, 3, 503);
        assertThat(List.of(index.route(withoutMethod), index.method(withoutMethod), index.status(withoutMethod)))
                .containsExactly(99, Methods.OTHER, 503);

        for (int status = 100; index.size() < SeriesIndex.MAX_SERIES + SeriesIndex.MAX_WITHOUT_METHOD; status++) {
            index.idOf(95, 3, status % 900 + 100);
            index.idOf(96, 3, status % 900 + 100);
        }

        int withoutStatus = index.idOf(100, 3, 504);
        assertThat(List.of(index.route(withoutStatus), index.method(withoutStatus), index.status(withoutStatus)))
                .containsExactly(100, Methods.OTHER, 5);
        assertThat(HttpStatsSnapshot.statusName(index.status(withoutStatus))).isEqualTo("5xx");
        assertThat(index.statusClass(withoutStatus)).isEqualTo(5);
    }

    @Test
    void aFullTableTakesNoLock() throws Exception {
        SeriesIndex index = new SeriesIndex(101);
        for (int round = 0; round < 2; round++) {
            for (int route = 0; route < 101; route++) {
                for (int status = 100; status < 700; status++) {
                    index.idOf(route, status % 10, status);
                    index.exactStatus(status);
                }
            }
        }
        for (int route = 0; route < 101; route++) {
            index.idOf(route, 4, 555);
        }
        CompletableFuture<Integer> unlocked;
        synchronized (index) {
            unlocked = CompletableFuture.supplyAsync(() -> {
                int sum = 0;
                for (int route = 0; route < 101; route++) {
                    sum += index.idOf(route, 4, 555) > 0 ? 1 : 0;
                }
                return sum;
            });
            assertThat(unlocked.get(20, TimeUnit.SECONDS)).isEqualTo(101);
        }
    }

    @Test
    void countsOfStatusesAreExactWhenFolded() {
        HttpStats stats = new FakeClock().newStats();
        for (int i = 0; i < 3; i++) {
            for (int route = 0; route < 100; route++) {
                for (int status = 90; status < 1_010; status += 3) {
                    stats.end(stats.begin(), "/" + route, METHODS.get(status % 10), status);
                }
            }
        }
        Map<Integer, Long> counts = stats.snapshot().requests().statusCounts();
        assertThat(counts).containsEntry(102, 300L).containsEntry(501, 300L).containsEntry(999, 300L);
        assertThat(counts.keySet()).allMatch(status -> status == 0 || status >= 100);
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(3 * 100 * 307);
    }
}
