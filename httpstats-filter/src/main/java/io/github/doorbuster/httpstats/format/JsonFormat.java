package io.github.doorbuster.httpstats.format;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.Latency;
import io.github.doorbuster.httpstats.Latency.Percentile;
import io.github.doorbuster.httpstats.SlowRequest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON: the objects {@code request} and {@code response} as go-httpstats has them, and everything else beside them.
 * Times are decimal seconds, or {@code null} without samples.
 */
final class JsonFormat implements StatsFormat {

    /** The statuses that go-httpstats always shows. */
    private static final List<Integer> STATUSES = List.of(200, 400, 401, 403, 404, 500, 501, 502, 503, 504);

    /** The names that sections of other parts cannot have. */
    private static final Set<String> RESERVED_NAMES = Set.of(
            "request",
            "response",
            "window",
            "latency",
            "in_flight",
            "aborted",
            "streamed",
            "status_classes",
            "first_byte",
            "queue_time",
            "routes",
            "slowest_requests",
            "server");

    private static final int NANO_DIGITS = 9;

    static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    @Override
    public String contentType() {
        return "application/json; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Sections sections) {
        return MAPPER.writeValueAsBytes(document(snapshot, sections));
    }

    private static Document document(HttpStatsSnapshot snapshot, Sections sections) {
        HttpStatsSnapshot.Requests requests = snapshot.requests();
        HttpStatsSnapshot.Window window = snapshot.window();
        return new Document(
                new RequestJson(requests.count(), withUsualStatuses(requests.statusCounts())),
                ResponseJson.of(window.latency()),
                WindowJson.of(snapshot.config(), window),
                LatencyJson.of(window.latency()),
                InFlightJson.of(snapshot.inFlight()),
                requests.aborted(),
                requests.streamed(),
                mapValues(
                        snapshot.statusClasses(),
                        statusClass -> new StatusClassJson(
                                statusClass.count(), statusClass.inWindow(), LatencyJson.of(statusClass.latency()))),
                window.firstByte().samples() == 0 ? null : LatencyJson.of(window.firstByte()),
                snapshot.config().queueTime() ? LatencyJson.of(window.queueTime()) : null,
                mapValues(snapshot.routes(), RouteJson::of),
                snapshot.slowestRequests().stream().map(SlowRequestJson::of).toList(),
                new ServerJson(snapshot.config().name(), snapshot.takenAt(), seconds(snapshot.uptime())),
                named(sections));
    }

    private static Map<Integer, Long> withUsualStatuses(Map<Integer, Long> counts) {
        Map<Integer, Long> all = new TreeMap<>(counts);
        STATUSES.forEach(status -> all.putIfAbsent(status, 0L));
        return all;
    }

    private static Map<String, JsonNode> named(Sections sections) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        sections.byName()
                .forEach((name, section) ->
                        named.put(RESERVED_NAMES.contains(name) ? "stats." + name : name, section.json()));
        return named;
    }

    private static Map<String, Long> withNames(Map<Integer, Long> counts) {
        Map<String, Long> named = new LinkedHashMap<>();
        counts.forEach((status, count) -> named.put(HttpStatsSnapshot.statusName(status), count));
        return named;
    }

    private static <A, B> Map<String, B> mapValues(Map<String, A> from, Function<A, B> mapping) {
        Map<String, B> to = new LinkedHashMap<>();
        from.forEach((key, value) -> to.put(key, mapping.apply(value)));
        return to;
    }

    private static BigDecimal seconds(Duration duration) {
        return seconds(duration.toNanos());
    }

    private static BigDecimal seconds(long nanos) {
        BigDecimal seconds = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    /** {@return a number with six decimals at most} */
    private static BigDecimal decimal(double number) {
        BigDecimal rounded =
                BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }

    private static @Nullable BigDecimal share(OptionalDouble share) {
        return share.isEmpty() ? null : decimal(share.getAsDouble());
    }

    private static @Nullable BigDecimal seconds(Latency latency, long nanos) {
        return latency.samples() == 0 ? null : seconds(nanos);
    }

    private record Document(
            RequestJson request,
            ResponseJson response,
            WindowJson window,
            LatencyJson latency,
            InFlightJson inFlight,
            long aborted,
            long streamed,
            Map<String, StatusClassJson> statusClasses,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            LatencyJson firstByte,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            LatencyJson queueTime,

            Map<String, RouteJson> routes,
            List<SlowRequestJson> slowestRequests,
            ServerJson server,
            @JsonAnyGetter Map<String, JsonNode> sections) {}

    private record RequestJson(long count, Map<Integer, Long> statusCount) {}

    private record ResponseJson(
            @Nullable BigDecimal maxTime,
            @Nullable BigDecimal minTime,
            @Nullable BigDecimal averageTime,
            Map<Integer, @Nullable BigDecimal> percentiledTime) {

        private static final List<Integer> PERCENTILES = List.of(90, 95, 99);

        static ResponseJson of(Latency latency) {
            Map<Integer, @Nullable BigDecimal> percentiles = new TreeMap<>();
            PERCENTILES.forEach(p -> percentiles.put(p, seconds(latency, latency.percentileNanos(p))));
            return new ResponseJson(
                    seconds(latency, latency.maxNanos()),
                    seconds(latency, latency.minNanos()),
                    seconds(latency, latency.averageNanos()),
                    percentiles);
        }
    }

    private record WindowJson(
            @Nullable Integer windowSeconds,
            @Nullable Integer bufferSize,
            @Nullable BigDecimal spanSeconds,
            int samplingFactor,
            long samples,
            long clamped,
            CountsJson counts) {

        static WindowJson of(HttpStatsConfig config, HttpStatsSnapshot.Window window) {
            return new WindowJson(
                    config.windowSeconds(),
                    config.bufferSize(),
                    window.latency().samples() == 0 && config.windowSeconds() == null ? null : seconds(window.span()),
                    config.samplingFactor(),
                    window.latency().samples(),
                    window.clamped(),
                    CountsJson.of(window.counts(), seconds(window.counts().span())));
        }
    }

    private record LatencyJson(
            long samples,
            @Nullable BigDecimal min,
            @Nullable BigDecimal average,
            @Nullable BigDecimal max,
            Map<String, @Nullable BigDecimal> percentiles,
            Map<String, BoundsJson> percentileBounds) {

        static LatencyJson of(Latency latency) {
            Map<String, @Nullable BigDecimal> percentiles = new LinkedHashMap<>();
            Map<String, BoundsJson> bounds = new LinkedHashMap<>();
            for (Percentile percentile : latency.percentiles()) {
                percentiles.put(key(percentile), seconds(latency, percentile.nanos()));
                bounds.put(key(percentile), BoundsJson.of(percentile));
            }
            return new LatencyJson(
                    latency.samples(),
                    seconds(latency, latency.minNanos()),
                    seconds(latency, latency.averageNanos()),
                    seconds(latency, latency.maxNanos()),
                    percentiles,
                    bounds);
        }

        private static String key(Percentile percentile) {
            double value = percentile.percentile();
            return value == (long) value ? Long.toString((long) value) : Double.toString(value);
        }
    }

    private record BoundsJson(
            @Nullable BigDecimal low, @Nullable BigDecimal high) {

        static BoundsJson of(Percentile percentile) {
            return new BoundsJson(bound(percentile.lowNanos()), bound(percentile.highNanos()));
        }

        private static @Nullable BigDecimal bound(@Nullable Long nanos) {
            return nanos == null ? null : seconds(nanos);
        }
    }

    private record InFlightJson(long now, PeakJson peak) {

        static InFlightJson of(HttpStatsSnapshot.InFlight inFlight) {
            return new InFlightJson(inFlight.now(), new PeakJson(inFlight.peakLow(), inFlight.peakHigh()));
        }
    }

    private record PeakJson(long low, long high) {}

    private record CountsJson(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            BigDecimal spanSeconds,

            long requests,
            BigDecimal rate,
            Map<String, Long> statusCount,
            long errors,
            @Nullable BigDecimal errorShare) {

        static CountsJson of(HttpStatsSnapshot.Counts counts, @Nullable BigDecimal span) {
            return new CountsJson(
                    span,
                    counts.requests(),
                    decimal(counts.rate()),
                    withNames(counts.statusCounts()),
                    counts.errors(),
                    share(counts.errorShare()));
        }
    }

    private record StatusClassJson(long count, long windowCount, LatencyJson latency) {}

    private record RouteJson(
            long count,
            Map<String, Long> statusCount,
            CountsJson window,
            LatencyJson latency,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            ObjectiveJson objective) {

        static RouteJson of(HttpStatsSnapshot.Route route) {
            return new RouteJson(
                    route.count(),
                    withNames(route.statusCounts()),
                    CountsJson.of(route.window(), null),
                    LatencyJson.of(route.latency()),
                    route.objective() == null ? null : ObjectiveJson.of(route.objective()));
        }
    }

    private record ObjectiveJson(
            BigDecimal seconds,
            BigDecimal percent,
            long met,
            long missed,
            long windowMet,
            long windowMissed,
            @Nullable BigDecimal windowShare) {

        static ObjectiveJson of(HttpStatsSnapshot.Objective objective) {
            return new ObjectiveJson(
                    JsonFormat.seconds(objective.nanos()),
                    decimal(objective.percent()),
                    objective.met(),
                    objective.missed(),
                    objective.metInWindow(),
                    objective.missedInWindow(),
                    share(objective.shareInWindow()));
        }
    }

    private record SlowRequestJson(
            String path,
            String method,
            int status,
            BigDecimal seconds,
            Instant endedAt,
            @Nullable String traceId) {

        static SlowRequestJson of(SlowRequest request) {
            return new SlowRequestJson(
                    request.path(),
                    request.method(),
                    request.status(),
                    JsonFormat.seconds(request.nanos()),
                    request.endedAt(),
                    request.traceId());
        }
    }

    private record ServerJson(String name, Instant time, BigDecimal uptimeSeconds) {}
}
