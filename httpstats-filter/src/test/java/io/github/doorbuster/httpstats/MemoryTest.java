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
        // Records and lambdas tell their layout to nobody; without an agent JOL works it out.
        System.setProperty("jol.magicFieldOffset", "true");
        System.setProperty("jol.skipDynamicAttach", "true");
    }

    @Test
    void aHundredBusyRoutesAtTheDefaultsTake12MiBAsDocumented() {
        FakeTime time = new FakeTime();
        HttpStats stats = time.stats(HttpStatsConfig.builder());
        int[] statuses = {200, 201, 302, 304, 400, 404, 500, 503};
        for (int second = 0; second < 120; second++) {
            for (int route = 0; route < 110; route++) {
                for (int status : statuses) {
                    time.request(stats, "/route/" + route, status, Duration.ofNanos(1_000 + second * 7_000L));
                }
            }
            time.pass(Duration.ofSeconds(1));
        }
        stats.snapshot();

        // A stripe takes 14 KiB, and 64 processors have 60 more than two.
        assertThat(GraphLayout.parseInstance(stats).totalSize()).isBetween(11 * MEBIBYTE, 13 * MEBIBYTE);
    }

    @Test
    void aSampleInABufferTakes54BytesAsDocumented() {
        int bufferSize = 1_000_000;
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder().bufferSize(bufferSize).build())
                .build();

        assertThat(GraphLayout.parseInstance(stats).totalSize()).isBetween(54L * bufferSize, 55L * bufferSize);
    }

    @Test
    void whatAStripeWritesIsTwoCacheLinesFromItsNeighbours() {
        ClassLayout layout = ClassLayout.parseClass(Stripe.Padded.class);

        assertThat(layout.fields())
                .filteredOn(field -> field.classShortName().equals("Stripe"))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(field.offset())
                        .as(field.name())
                        .isBetween(TWO_CACHE_LINES, layout.instanceSize() - TWO_CACHE_LINES - field.size()));
    }
}
