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

    /** The memory of an instance with a hundred busy routes, and some more that are {@code _OTHER}. */
    private static long busy(Duration longest) throws InterruptedException {
        FakeClock clock = new FakeClock();
        HttpStats stats = clock.newStats();
        Thread requests = new Thread(() -> requests(clock, stats, longest));
        requests.start();
        requests.join();
        stats.snapshot();
        // A thread is reachable from the stripe that is bound to it.
        stats.stripes().releaseEnded();
        return GraphLayout.parseInstance(stats).totalSize();
    }

    private static void requests(FakeClock clock, HttpStats stats, Duration longest) {
        int[] statuses = {200, 201, 302, 304, 400, 404, 500, 503};
        for (int second = 0; second < 120; second++) {
            for (int route = 0; route < 110; route++) {
                for (int status : statuses) {
                    clock.request(stats, "/route/" + route, status, longest.dividedBy(1 + (second + status) % 40));
                }
            }
            clock.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void aHundredBusyRoutesTakeAtMost12MiB() throws Exception {
        // A stripe takes 40 KiB with so many series. With 64 processors there are 60 more stripes than with two.
        assertThat(busy(Duration.ofHours(1))).isBetween(8 * MEBIBYTE, 12 * MEBIBYTE);
    }

    @Test
    void memoryGrowsWithTheLongestTimeOnly() throws Exception {
        assertThat(busy(Duration.ofMillis(1))).isBetween(MEBIBYTE, 4 * MEBIBYTE);
    }

    @Test
    void aBufferTakes18BytesPerSample() {
        int bufferSize = 1_000_000;
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().bufferSize(bufferSize).build())
                .build();

        assertThat(GraphLayout.parseInstance(stats).totalSize()).isBetween(18L * bufferSize, 19L * bufferSize);
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
