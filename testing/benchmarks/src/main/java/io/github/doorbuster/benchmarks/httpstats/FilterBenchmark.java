package io.github.doorbuster.benchmarks.httpstats;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.metrics.servlet6.InstrumentedFilter;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.servlet.HttpStatsFilter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.prometheus.metrics.core.metrics.Histogram;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time one request spends in a filter around an empty chain. Run with {@code -t 1}, {@code -t 2}, {@code -prof gc}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class FilterBenchmark {

    /** The filter under test. */
    public enum Subject {
        /** The chain alone. */
        NOTHING {
            @Override
            Filter filter() {
                return (request, response, chain) -> chain.doFilter(request, response);
            }
        },
        /** The minimum: two clock readings and a counter for each request. */
        FLOOR {
            @Override
            Filter filter() {
                LongAdder count = new LongAdder();
                LongAdder never = new LongAdder();
                return (request, response, chain) -> {
                    long start = System.nanoTime();
                    chain.doFilter(request, response);
                    if (System.nanoTime() - start < 0) {
                        never.increment();
                    }
                    count.increment();
                };
            }
        },
        /** This kit; every request is timed. */
        HTTPSTATS_1 {
            @Override
            Filter filter() throws ServletException {
                return httpStats(HttpStatsConfig.builder());
            }
        },
        /** This kit; one request in ten is timed. */
        HTTPSTATS_10 {
            @Override
            Filter filter() throws ServletException {
                return httpStats(HttpStatsConfig.builder().samplingFactor(10));
            }
        },
        /** This kit with the last thousand samples instead of a window. */
        HTTPSTATS_BUFFER {
            @Override
            Filter filter() throws ServletException {
                return httpStats(HttpStatsConfig.builder().bufferSize(1000));
            }
        },
        /** The filter of Dropwizard Metrics. */
        DROPWIZARD {
            @Override
            Filter filter() throws ServletException {
                return initialised(
                        new InstrumentedFilter(), Map.of(InstrumentedFilter.REGISTRY_ATTRIBUTE, new MetricRegistry()));
            }
        },
        /** A Micrometer timer with the same three percentiles. */
        MICROMETER {
            @Override
            Filter filter() {
                Timer timer = Timer.builder("http.server.requests")
                        .tags("method", "GET", "status", "200", "uri", "/items/*")
                        .publishPercentiles(0.90, 0.95, 0.99)
                        .register(new SimpleMeterRegistry());
                return (request, response, chain) -> {
                    long start = System.nanoTime();
                    chain.doFilter(request, response);
                    timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                };
            }
        },
        /** A Prometheus histogram with fixed buckets. */
        PROMETHEUS_CLASSIC {
            @Override
            Filter filter() {
                return prometheus(Histogram.builder().classicOnly());
            }
        },
        /** A Prometheus histogram with exponential buckets. */
        PROMETHEUS_NATIVE {
            @Override
            Filter filter() {
                return prometheus(Histogram.builder().nativeOnly());
            }
        },
        /** A histogram of the OpenTelemetry SDK, with the bucket bounds of its semantic conventions. */
        OPENTELEMETRY_EXPLICIT {
            @Override
            Filter filter() {
                return openTelemetry(Aggregation.defaultAggregation());
            }
        },
        /** An exponential histogram of the OpenTelemetry SDK. */
        OPENTELEMETRY_EXPONENTIAL {
            @Override
            Filter filter() {
                return openTelemetry(Aggregation.base2ExponentialBucketHistogram());
            }
        },
        /** The concurrent recorder of HdrHistogram. */
        HDR_RECORDER {
            @Override
            Filter filter() {
                Recorder recorder = new Recorder(TimeUnit.HOURS.toNanos(1), 2);
                return (request, response, chain) -> {
                    long start = System.nanoTime();
                    chain.doFilter(request, response);
                    recorder.recordValue(System.nanoTime() - start);
                };
            }
        };

        private static List<Double> openTelemetryBounds() {
            return List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);
        }

        abstract Filter filter() throws ServletException;

        private static Filter openTelemetry(Aggregation aggregation) {
            SdkMeterProvider provider = SdkMeterProvider.builder()
                    .registerView(
                            InstrumentSelector.builder().setName("*").build(),
                            View.builder().setAggregation(aggregation).build())
                    .registerMetricReader(new NeverReading())
                    .build();
            DoubleHistogram histogram = provider.get("benchmark")
                    .histogramBuilder("http.server.request.duration")
                    .setExplicitBucketBoundariesAdvice(openTelemetryBounds())
                    .build();
            Attributes attributes = Attributes.of(
                    AttributeKey.stringKey("http.request.method"), "GET",
                    AttributeKey.longKey("http.response.status_code"), 200L,
                    AttributeKey.stringKey("http.route"), "/items/*");
            return (request, response, chain) -> {
                long start = System.nanoTime();
                chain.doFilter(request, response);
                histogram.record((System.nanoTime() - start) / 1e9, attributes);
            };
        }

        private static Filter httpStats(HttpStatsConfig.Builder config) throws ServletException {
            HttpStats stats = HttpStats.builder().config(config.build()).build();
            Filter filter = initialised(new HttpStatsFilter(stats), Map.of());
            requireRecorded(stats, filter);
            return filter;
        }

        /** A request that the filter leaves out would cost less. */
        private static void requireRecorded(HttpStats stats, Filter filter) throws ServletException {
            StubExchange stub = new StubExchange();
            try {
                filter.doFilter(stub.request.renew(), stub.response, StubExchange.EMPTY_CHAIN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (stats.snapshot().requests().count() != 1) {
                throw new IllegalStateException("the filter does not record the request of StubExchange");
            }
        }

        private static Filter prometheus(Histogram.Builder builder) {
            Histogram histogram = builder.name("seconds")
                    .labelNames("method", "status", "route")
                    .build();
            return (request, response, chain) -> {
                long start = System.nanoTime();
                chain.doFilter(request, response);
                histogram.labelValues("GET", "200", "/items/*").observe((System.nanoTime() - start) / 1e9);
            };
        }

        private static Filter initialised(Filter filter, Map<String, Object> attributes) throws ServletException {
            filter.init(StubExchange.config(attributes));
            return filter;
        }
    }

    /** Makes the SDK of OpenTelemetry record, as every reader does. */
    private static final class NeverReading implements MetricReader {

        @Override
        public void register(CollectionRegistration registration) {
            // Nothing is read.
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }
    }

    /** One thread's request. */
    @State(Scope.Thread)
    public static class Exchange {
        final StubExchange stub = new StubExchange();
    }

    /** The filter under test. */
    @Param
    public Subject subject = Subject.NOTHING;

    private Filter filter = (request, response, chain) -> {};

    /** Creates the filter. */
    @Setup
    public void createFilter() throws ServletException {
        filter = subject.filter();
    }

    /** One request. */
    @Benchmark
    public void request(Exchange exchange) throws IOException, ServletException {
        filter.doFilter(exchange.stub.request.renew(), exchange.stub.response, StubExchange.EMPTY_CHAIN);
    }
}
