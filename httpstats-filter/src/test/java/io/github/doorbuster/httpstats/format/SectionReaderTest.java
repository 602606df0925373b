package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SectionReaderTest {

    /** Long enough that a busy machine reads the other section in time. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final SectionReader reader = new SectionReader(PATIENCE);

    @AfterEach
    void close() {
        reader.close();
    }

    private String shown(Supplier<?> section) {
        Map<String, Supplier<?>> sections = Map.of("one", section, "other", () -> Map.of("accepted", 1));
        Sections read = reader.read(sections);
        assertThat(read.byName().get("other").json().at("/accepted").asInt()).isEqualTo(1);
        return read.byName().get("one").json().toString();
    }

    @Test
    void aCyclicMapDoesNotAffectOthers() {
        Map<String, Object> cyclic = new HashMap<>();
        cyclic.put("deeper", Map.of("self", cyclic));

        assertThat(shown(() -> cyclic)).startsWith("{\"error\":\"this section cannot be shown: ");
    }

    @Test
    void anErrorDoesNotAffectOthers() {
        assertThat(shown(() -> {
                    throw new AssertionError("intended");
                }))
                .contains("AssertionError");
        assertThat(shown(() -> {
                    throw new OutOfMemoryError("intended");
                }))
                .contains("OutOfMemoryError");
    }

    @Test
    void aSectionThatHangsHasItsErrorAndOneThread() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger entered = new AtomicInteger();
        Supplier<?> hanging = () -> {
            entered.incrementAndGet();
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return "late";
        };

        assertThat(shown(hanging)).isEqualTo("{\"error\":\"this section did not return within 3000 ms\"}");
        assertThat(shown(hanging)).contains("did not return");

        assertThat(entered).hasValue(1);
        reader.close();
        interrupted.await();
    }

    @Test
    void aSectionIsReadAnewEachTime() {
        AtomicInteger reads = new AtomicInteger();

        assertThat(shown(() -> Map.of("reads", reads.incrementAndGet()))).isEqualTo("{\"reads\":1}");
        assertThat(shown(() -> Map.of("reads", reads.incrementAndGet()))).isEqualTo("{\"reads\":2}");
    }
}
