package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalEventsTest {

    private static final long STEP_MILLIS = 17_013;

    /** Also where the offset has seconds, and where the clocks change within a quarter of an hour. */
    @ParameterizedTest
    @CsvSource({
        "UTC,                 2026-11-20T00:00:00Z",
        "+05:33:20,           2026-11-20T00:00:00Z",
        "-00:07,              2026-11-20T00:00:00Z",
        "Asia/Kathmandu,      2026-11-20T00:00:00Z",
        "Europe/Berlin,       2026-10-24T20:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T10:00:00Z",
        "America/St_Johns,    2006-10-28T20:00:00Z",
        "Africa/Monrovia,     1972-01-06T12:00:00Z",
    })
    void timesAreInTheSameBucketIfTheirHoursAre(String zone, Instant from) {
        for (String widths : new String[] {"hour", "day", "hour,day"}) {
            Buckets buckets = Buckets.of(widths, zone);
            JournalEvents events = new JournalEvents(
                    pending(buckets),
                    new IdempotencyKeys(Duration.ofSeconds(1), 1, Clock.systemUTC(), () -> 0),
                    1,
                    buckets);
            Random random = new Random(1);
            long end = from.plus(Duration.ofDays(2)).toEpochMilli();
            for (long time = from.toEpochMilli(); time < end; time += STEP_MILLIS) {
                long other = time - random.nextInt((int) Duration.ofHours(2).toMillis());
                assertThat(events.isSameBucket(time, other))
                        .as("%s and %s", Instant.ofEpochMilli(time), Instant.ofEpochMilli(other))
                        .isEqualTo(buckets.startOf(time) == buckets.startOf(other));
            }
        }
    }

    private static PendingViews pending(Buckets buckets) {
        return new PendingViews(1, new ItemQuota(1000), new HotItems(0, System::nanoTime, Clock.systemUTC()), buckets);
    }
}
