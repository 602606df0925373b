package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.HttpStatsSnapshot;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.HdrHistogram.HistogramLogWriter;

/**
 * HdrHistogram's interval log: one line with the whole histogram of the window. Its tools read it, and the lines of
 * many nodes added up give the percentiles of them all, which percentiles themselves do not.
 */
public final class HdrLogFormat implements StatsFormat {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    /** Makes one; it has no settings. */
    public HdrLogFormat() {}

    @Override
    public String contentType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public byte[] render(HttpStatsSnapshot s, Map<String, Supplier<?>> sections) {
        long end = s.takenAt().toEpochMilli();
        long start = end - s.windowSpan().toMillis();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HistogramLogWriter log = new HistogramLogWriter(out);
        log.outputComment("[Response times in nanoseconds, one request in %d sampled; Interval_Max in milliseconds]"
                .formatted(s.config().samplingFactor()));
        log.outputLogFormatVersion();
        log.outputStartTime(start);
        log.outputLegend();
        log.outputIntervalHistogram(start / MILLIS_PER_SECOND, end / MILLIS_PER_SECOND, s.histogram(), NANOS_PER_MILLI);
        log.close();
        return out.toByteArray();
    }
}
