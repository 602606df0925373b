package io.github.doorbuster.httpstats.format;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import io.github.doorbuster.httpstats.latency.LatencySummary;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON: {@code request} and {@code response} exactly as go-httpstats has them, everything more beside them. Times are
 * decimal seconds, {@code null} where nothing was sampled.
 */
public final class JsonFormat implements StatsFormat {

    private static final System.Logger LOG = System.getLogger(JsonFormat.class.getName());

    /** Those that go-httpstats always shows. */
    private static final List<Integer> STATUSES = List.of(200, 400, 401, 403, 404, 500, 501, 502, 503, 504);

    private static final Set<String> OWN_NAMES = Set.of(
            "request",
            "response",
            "window",
            "latency",
            "in_flight",
            "aborted",
            "streamed",
            "status_classes",
            "first_byte",
            "queue",
            "routes",
            "server");

    private static final int NANO_DIGITS = 9;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    /** Makes one; it has no settings. */
    public JsonFormat() {}

    @Override
    public String contentType() {
        return "application/json; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Map<String, Supplier<?>> sections) {
        return MAPPER.writeValueAsBytes(page(snapshot, sections));
    }

    private static Page page(HttpStatsSnapshot s, Map<String, Supplier<?>> sections) {
        return new Page(
                new Request(s.count(), withUsualStatuses(s.statusCounts())),
                Response.of(s.latency()),
                Window.of(s),
                Latency.of(s.latency()),
                new InFlight(s.inFlight(), s.maxInFlight()),
                s.aborted(),
                s.streamed(),
                map(s.statusClasses(), group -> new Group(group.count(), Latency.of(group.latency()))),
                s.firstByte().samples() == 0 ? null : Latency.of(s.firstByte()),
                s.config().queueTime() ? Latency.of(s.queued()) : null,
                map(s.routes(), r -> new Route(r.count(), r.statusCounts(), Latency.of(r.latency()))),
                new Server(s.config().name(), s.takenAt(), seconds(s.uptime())),
                evaluated(sections));
    }

    private static Map<Integer, Long> withUsualStatuses(Map<Integer, Long> counts) {
        Map<Integer, Long> all = new TreeMap<>(counts);
        STATUSES.forEach(status -> all.putIfAbsent(status, 0L));
        return all;
    }

    /** Each section by itself, so that one that fails shows its error and leaves the others whole. */
    private static Map<String, Object> evaluated(Map<String, Supplier<?>> sections) {
        Map<String, Object> values = new LinkedHashMap<>();
        sections.forEach((name, section) -> {
            String key = OWN_NAMES.contains(name) ? "stats." + name : name;
            try {
                values.put(key, MAPPER.valueToTree(section.get()));
            } catch (RuntimeException | LinkageError e) {
                LOG.log(System.Logger.Level.DEBUG, "section " + name + " cannot be shown", e);
                values.put(
                        key,
                        Map.of(
                                "error",
                                "this section cannot be shown: " + e.getClass().getSimpleName()));
            }
        });
        return values;
    }

    private static <A, B> Map<String, B> map(Map<String, A> from, java.util.function.Function<A, B> change) {
        Map<String, B> to = new LinkedHashMap<>();
        from.forEach((key, value) -> to.put(key, change.apply(value)));
        return to;
    }

    private static BigDecimal seconds(Duration duration) {
        return seconds(duration.toNanos());
    }

    private static BigDecimal seconds(long nanos) {
        BigDecimal seconds = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    private static @Nullable BigDecimal seconds(LatencySummary latency, long nanos) {
        return latency.samples() == 0 ? null : seconds(nanos);
    }

    private record Page(
            Request request,
            Response response,
            Window window,
            Latency latency,
            InFlight inFlight,
            long aborted,
            long streamed,
            Map<String, Group> statusClasses,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Latency firstByte,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Latency queue,

            Map<String, Route> routes,
            Server server,
            @JsonAnyGetter Map<String, Object> sections) {}

    private record Request(long count, Map<Integer, Long> statusCount) {}

    private record Response(
            @Nullable BigDecimal maxTime,
            @Nullable BigDecimal minTime,
            @Nullable BigDecimal averageTime,
            Map<Integer, @Nullable BigDecimal> percentiledTime) {

        static Response of(LatencySummary l) {
            Map<Integer, @Nullable BigDecimal> percentiles = new TreeMap<>();
            percentiles.put(90, seconds(l, l.p90Nanos()));
            percentiles.put(95, seconds(l, l.p95Nanos()));
            percentiles.put(99, seconds(l, l.p99Nanos()));
            return new Response(
                    seconds(l, l.maxNanos()), seconds(l, l.minNanos()), seconds(l, l.averageNanos()), percentiles);
        }
    }

    private record Window(
            @Nullable Integer windowSeconds,
            @Nullable Integer bufferSize,
            @Nullable BigDecimal spanSeconds,
            int samplingFactor,
            long samples,
            long clamped) {

        static Window of(HttpStatsSnapshot s) {
            HttpStatsConfig config = s.config();
            return new Window(
                    config.windowSeconds(),
                    config.bufferSize(),
                    config.windowSeconds() == null ? null : seconds(s.windowSpan()),
                    config.samplingFactor(),
                    s.latency().samples(),
                    s.clamped());
        }
    }

    private record Latency(
            long samples,
            @Nullable BigDecimal min,
            @Nullable BigDecimal average,
            @Nullable BigDecimal max,
            Map<String, @Nullable BigDecimal> percentiles) {

        static Latency of(LatencySummary l) {
            Map<String, @Nullable BigDecimal> percentiles = new LinkedHashMap<>();
            percentiles.put("50", seconds(l, l.p50Nanos()));
            percentiles.put("90", seconds(l, l.p90Nanos()));
            percentiles.put("95", seconds(l, l.p95Nanos()));
            percentiles.put("99", seconds(l, l.p99Nanos()));
            percentiles.put("99.9", seconds(l, l.p999Nanos()));
            return new Latency(
                    l.samples(),
                    seconds(l, l.minNanos()),
                    seconds(l, l.averageNanos()),
                    seconds(l, l.maxNanos()),
                    percentiles);
        }
    }

    private record InFlight(long now, long max) {}

    private record Group(long count, Latency latency) {}

    private record Route(long count, Map<Integer, Long> statusCount, Latency latency) {}

    private record Server(String name, Instant time, BigDecimal uptimeSeconds) {}
}
