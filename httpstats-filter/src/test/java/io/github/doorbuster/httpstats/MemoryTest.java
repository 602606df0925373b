package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

class MemoryTest {

    private static final long MEBIBYTE = 1 << 20;
    private static final long TWO_CACHE_LINES = 128;

    static {
        // Lets JOL compute the layout of records and lambdas without an agent.
        System.setProperty("jol.magicFieldOffset", "true");
        System.setProperty("jol.skipDynamicAttach", "true");
    }

    @Test
    void aHundredBusyRoutesTake12MiB() {
        FakeClock clock = new FakeClock();
        HttpStats stats = clock.newStats();
        int[] statuses = {200, 201, 302, 304, 400, 404, 500, 503};
        for (int second = 0; second < 120; second++) {
            for (int route = 0; route < 110; route++) {
                for (int status : statuses) {
                    clock.request(stats, "/route/" + route, status, Duration.ofNanos(1_000 + second * 7_000L));
                }
            }
            clock.advance(Duration.ofSeconds(1));
        }
        stats.snapshot();

        // A stripe takes 14 KiB. With 64 processors there are 60 more stripes than with two.
        assertThat(GraphLayout.parseInstance(stats).totalSize()).isBetween(11 * MEBIBYTE, 13 * MEBIBYTE);
    }

    @Test
    void aBufferTakes54BytesPerSample() {
        int bufferSize = 1_000_000;
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().bufferSize(bufferSize).build())
                .build();

        assertThat(GraphLayout.parseInstance(stats).totalSize()).isBetween(54L * bufferSize, 55L * bufferSize);
    }

    @Test
    void stripesAreTwoCacheLinesApart() {
        ClassLayout layout = ClassLayout.parseClass(Stripe.Padded.class);

        assertThat(layout.fields())
                .filteredOn(field -> field.classShortName().equals("Stripe"))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field.offset())
                        .as(field.name())
                        .isBetween(TWO_CACHE_LINES, layout.instanceSize() - TWO_CACHE_LINES - field.size()));
    }
}
