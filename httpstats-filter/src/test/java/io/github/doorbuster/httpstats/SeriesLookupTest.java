package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesLookupTest {

    private static final int ROUTES = 1_000;

    private final Routes routes = new Routes(ROUTES, List.of());
    private final SeriesIndex series = new SeriesIndex(routes.capacity());
    private final SeriesLookup lookup = new SeriesLookup(routes, series, Objectives.parse(""));

    @Test
    void findsWhatTheIndexHasHoweverManyCombinationsThereAre() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20_000; i++) {
                String route = "/" + i % (ROUTES + 200);
                String method = i % 11 == 0 ? "FOO" + i : i % 3 == 0 ? "POST" : "GET";
                int status = 200 + i % 7 * 50;

                assertThat(lookup.idOf(route, method, status))
                        .isEqualTo(series.idOf(routes.indexOf(route), Methods.indexOf(method), status));
            }
        }
    }

    @Test
    void tellsCombinationsApart() {
        Map<Integer, String> ids = new HashMap<>();
        for (String route : List.of("/buy", "/sell")) {
            for (String method : List.of("GET", "POST", "FOO")) {
                for (int status : new int[] {200, 201, 500}) {
                    int id = lookup.idOf(route, method, status);
                    assertThat(ids.put(id, route + method + status)).isNull();
                    assertThat(lookup.idOf(route, method, status)).isEqualTo(id);
                }
            }
        }
    }

    @Test
    void takesMissingParts() {
        assertThat(lookup.idOf(null, "GET", 200)).isEqualTo(lookup.idOf("_OTHER", "GET", 200));
        assertThat(lookup.idOf("/buy", null, 200)).isEqualTo(lookup.idOf("/buy", "FOO", 200));
        assertThat(lookup.idOf("", "GET", 200)).isEqualTo(lookup.idOf("/", "GET", 200));
    }
}
