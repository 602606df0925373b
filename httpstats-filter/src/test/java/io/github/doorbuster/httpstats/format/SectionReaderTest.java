package io.github.doorbuster.httpstats.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.httpstats.HttpStats;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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

    @ParameterizedTest
    @MethodSource("unreadable")
    void aSectionThatNoParserAcceptsDoesNotAffectOthers(Object section) {
        Sections sections = reader.read(Map.of("one", () -> section, "other", () -> Map.of("accepted", 1)));

        JsonNode document = new JsonMapper().readTree(rendered("json", sections));
        assertThat(document.at("/one/error").asString()).startsWith("this section cannot be shown: ");
        assertThat(document.at("/other/accepted").asInt()).isEqualTo(1);
    }

    static Stream<Object> unreadable() {
        Object deep = "end";
        for (int i = 0; i < 500; i++) {
            deep = Map.of("deeper", deep);
        }
        return Stream.of(
                deep,
                Map.of("digits", BigInteger.TEN.pow(2_000)),
                Map.of("scale", new BigDecimal("1e20000")),
                Map.of("\ud800", "half a character"));
    }

    @Test
    void aSectionCannotTakeTheNameOfAMetricOfThisModule() {
        Map<String, Supplier<?>> sections = Map.of(
                "http",
                () -> Map.of("server_active_requests", 77, "server_requests", 78L, "own", 79),
                "httpstats",
                () -> Map.of("section_up", 80));

        assertThat(rendered("prometheus", reader.read(sections)))
                .contains("http_server_active_requests 0.0\n", "http_own 79.0\n")
                .doesNotContain("77.0", "78.0", "80.0");
    }

    @Test
    void aQuantileThatIsGivenTwiceIsShownOnce() {
        Map<String, Integer> wait = new LinkedHashMap<>();
        wait.put("p50", 1);
        wait.put("50", 2);

        assertThat(rendered("prometheus", reader.read(Map.of("shop", () -> wait))))
                .contains("shop{quantile=\"0.5\"} 1.0\n")
                .doesNotContain("} 2.0\n");
    }

    private static String rendered(String format, Sections sections) {
        byte[] body = new StatsFormats()
                .choose(format, null)
                .render(HttpStats.builder().build().snapshot(), sections);
        return new String(body, StandardCharsets.UTF_8);
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
