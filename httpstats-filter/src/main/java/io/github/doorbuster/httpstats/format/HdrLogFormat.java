package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.io.ByteArrayOutputStream;
import org.HdrHistogram.HistogramLogWriter;

/**
 * HdrHistogram's interval log, with one interval histogram: that of the window. The histograms of many nodes can be
 * added, and the sum has the percentiles of all nodes together.
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
        long end = snapshot.takenAt().toEpochMilli();
        long start = end - snapshot.window().span().toMillis();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HistogramLogWriter log = new HistogramLogWriter(out);
        log.outputComment("[Response times in nanoseconds, one request in %d sampled; Interval_Max in milliseconds]"
                .formatted(snapshot.config().samplingFactor()));
        log.outputLogFormatVersion();
        log.outputStartTime(start);
        log.outputLegend();
        log.outputIntervalHistogram(
                start / MILLIS_PER_SECOND, end / MILLIS_PER_SECOND, snapshot.histogram(), NANOS_PER_MILLI);
        log.close();
        return out.toByteArray();
    }
}
