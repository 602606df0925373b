package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.FakeClock;
import io.github.doorbuster.httpstats.HttpStats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class JsonFormatTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final FakeClock clock = new FakeClock();
    private final HttpStats stats = clock.newStats();

    private JsonNode render(Map<String, Supplier<?>> sections) {
        return MAPPER.readTree(new JsonFormat().render(stats.snapshot(), read(sections)));
    }

    private static Sections read(Map<String, Supplier<?>> sections) {
        try (SectionReader reader = new SectionReader(Duration.ofMinutes(1))) {
            return reader.read(sections);
        }
    }

    /** The struct of go-httpstats. */
    private record GoData(Request request, Response response) {
        record Request(long count, Map<Integer, Long> statusCount) {}

        record Response(Double maxTime, Double minTime, Double averageTime, Map<Integer, Double> percentiledTime) {}
    }

    @Test
    void goClientsCanDecodeIt() {
        for (int i = 1; i <= 100; i++) {
            clock.request(stats, "/a", i <= 90 ? 200 : 404, Duration.ofMillis(i));
        }
        JsonMapper strict = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        JsonNode page = render(Map.of());

        GoData.Request request = strict.treeToValue(page.get("request"), GoData.Request.class);
        GoData.Response response = strict.treeToValue(page.get("response"), GoData.Response.class);

        assertThat(request.count()).isEqualTo(100);
        assertThat(request.statusCount())
                .containsOnlyKeys(200, 400, 401, 403, 404, 500, 501, 502, 503, 504)
                .containsEntry(200, 90L)
                .containsEntry(404, 10L)
                .containsEntry(500, 0L);
        assertThat(response.percentiledTime()).containsOnlyKeys(90, 95, 99);
        assertThat(response.minTime()).isPositive().isLessThanOrEqualTo(response.averageTime());
        assertThat(response.averageTime()).isLessThanOrEqualTo(response.maxTime());
        assertThat(response.percentiledTime().get(99)).isBetween(response.minTime(), response.maxTime());
    }

    @Test
    void anEmptyWindowHasNulls() {
        JsonNode response = render(Map.of()).get("response");

        assertThat(response.toString())
                .isEqualTo("{\"max_time\":null,\"min_time\":null,\"average_time\":null,"
                        + "\"percentiled_time\":{\"90\":null,\"95\":null,\"99\":null}}");
    }

    @Test
    void timesHaveNoExponents() {
        clock.request(stats, "/a", 200, Duration.ofNanos(12_345));

        String json = new String(new JsonFormat().render(stats.snapshot(), Sections.none()), StandardCharsets.UTF_8);

        assertThat(json).contains("\"max_time\":0.000012345").doesNotContainPattern("\\dE-\\d");
    }

    @Test
    void addsAnyOtherStatus() {
        stats.end(stats.begin(), "/a", "GET", 418);

        Map<String, Long> counts = MAPPER.treeToValue(
                render(Map.of()).at("/request/status_count"), new TypeReference<Map<String, Long>>() {});

        assertThat(counts).hasSize(11).containsEntry("418", 1L);
    }

    record Section(long grantsInAll, List<String> lastErrors) {}

    @Test
    void showsSectionsInSnakeCase() {
        JsonNode page = render(Map.of("buylock", () -> new Section(7, List.of("none"))));

        assertThat(page.get("buylock").toString()).isEqualTo("{\"grants_in_all\":7,\"last_errors\":[\"none\"]}");
    }

    private enum Reason {
        QUEUE_FULL
    }

    @Test
    void enumsAreInLowerCase() {
        JsonNode page =
                render(Map.of("buylock", () -> Map.of("last", Reason.QUEUE_FULL, "by", Map.of(Reason.QUEUE_FULL, 2))));

        assertThat(page.at("/buylock/last").asString()).isEqualTo("queue_full");
        assertThat(page.at("/buylock/by/queue_full").asInt()).isEqualTo(2);
    }

    @Test
    void aFailingSectionDoesNotAffectOthers() {
        Supplier<?> broken = () -> {
            throw new IllegalStateException("gone");
        };
        JsonNode page = render(Map.of("broken", broken, "pvpool", () -> Map.of("accepted", 1)));

        assertThat(page.at("/broken/error").asString()).contains("IllegalStateException");
        assertThat(page.at("/pvpool/accepted").asInt()).isEqualTo(1);
        assertThat(page.at("/request/count").asInt()).isZero();
    }

    @Test
    void aSectionCannotReplaceAReservedKey() {
        JsonNode page = render(Map.of("request", () -> Map.of("count", "lies")));

        assertThat(page.at("/request/count").asInt()).isZero();
        assertThat(page.at("/stats.request/count").asString()).isEqualTo("lies");
    }
}
