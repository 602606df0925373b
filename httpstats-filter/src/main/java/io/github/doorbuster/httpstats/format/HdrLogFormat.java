package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.io.ByteArrayOutputStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.HistogramLogWriter;

/**
 * HdrHistogram's interval log, with the interval histogram of the window: one line for all requests without a tag, and
 * one for each route with the route as its tag. The histograms of many nodes can be added, and the sum has the
 * percentiles of all nodes together. Each count is multiplied by the sampling factor, so that nodes with different
 * factors have the right weight.
 */
final class HdrLogFormat implements StatsFormat {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    @Override
    public String contentType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot snapshot, Sections sections) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HistogramLogWriter log = new HistogramLogWriter(out);
        long end = snapshot.takenAt().toEpochMilli();
        long start = end - snapshot.window().span().toMillis();
        int factor = snapshot.config().samplingFactor();
        log.outputComment("[Response times in nanoseconds; Interval_Max in milliseconds]");
        log.outputComment("[Sampling factor %d: one request in %d was timed, and each count is multiplied by %d]"
                .formatted(factor, factor, factor));
        log.outputComment("[Lines with a tag are the routes; their sum is the line without]");
        log.outputLogFormatVersion();
        log.outputStartTime(start);
        log.outputLegend();
        write(log, weighted(snapshot.histogram(), factor), start, end);
        for (String route : snapshot.routes().keySet()) {
            snapshot.histogram(route).ifPresent(histogram -> {
                Histogram ofRoute = weighted(histogram, factor);
                ofRoute.setTag(tag(route, factor));
                write(log, ofRoute, start, end);
            });
        }
        log.close();
        return out.toByteArray();
    }

    private static Histogram weighted(Histogram histogram, int factor) {
        Histogram weighted = new Histogram(histogram);
        if (factor > 1) {
            for (HistogramIterationValue value : histogram.recordedValues()) {
                weighted.recordValueWithCount(
                        value.getValueIteratedTo(), value.getCountAtValueIteratedTo() * (long) factor);
            }
        } else {
            weighted.add(histogram);
        }
        return weighted;
    }

    /** A tag ends at a comma. Some readers also end it at white space. */
    private static String tag(String route, int factor) {
        return route.replaceAll("[,\\s]", "_") + ";sampling_factor=" + factor;
    }

    private static void write(HistogramLogWriter log, Histogram histogram, long start, long end) {
        log.outputIntervalHistogram(start / MILLIS_PER_SECOND, end / MILLIS_PER_SECOND, histogram, NANOS_PER_MILLI);
    }
}
