package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import io.github.doorbuster.httpstats.format.SectionReader;
import io.github.doorbuster.httpstats.format.StatsFormats;
import io.github.doorbuster.pvpool.PvPool;
import io.github.doorbuster.pvpool.jdbc.JdbcConfig;
import io.github.doorbuster.pvpool.jdbc.JdbcPvStore;
import io.github.doorbuster.pvpool.journal.JournalConfig;
import io.github.doorbuster.pvpool.journal.Journals;
import io.github.doorbuster.testing.MariaDbServer;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.Repository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each series that an alert rule selects is there from the start in what {@code /stats} shows of a real lock and a real
 * pool: a rule that misspells one would never fire.
 */
@Timeout(120)
class AlertRulesIT {

    private static final String RULES = Repository.read("docs/prometheus-alerts.yml");
    private static final String RULE_TESTS =
            Repository.read("httpstats-filter/src/test/resources/prometheus-alerts-test.yml");
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:http|httpstats|buylock|pvpool)_[a-z0-9_]+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)=(~?)\"([^\"]*)\"");

    @TempDir
    private static Path folder;

    /** The labels of each series, by the name of its metric. */
    private static Map<String, Set<Map<String, String>>> series = Map.of();

    @BeforeAll
    static void readSections() {
        HttpStats stats = HttpStats.builder()
                .config(HttpStatsConfig.builder()
                        .objectives("/buy = 0.3 s at 99 %")
                        .build())
                .build();
        stats.end(stats.begin(), "/buy", "POST", 200);
        stats.end(stats.begin(), "/buy", "POST", 503);
        try (MemcachedServer memcached = MemcachedServer.start();
                BuyLock lock = BuyLock.builder()
                        .store(MemcachedLockStore.connect(memcached.address()))
                        .build();
                PvPool pool = PvPool.builder()
                        .store(new JdbcPvStore(
                                MariaDbServer.shared()
                                        .dataSource("alerts_" + Long.toString(System.nanoTime(), Character.MAX_RADIX)),
                                JdbcConfig.builder().createTables(true).build()))
                        .journal(Journals.of(
                                JournalConfig.builder().journalDir(folder).build()))
                        .build();
                SectionReader reader = new SectionReader()) {
            Map<String, Supplier<?>> sections = Map.of("buylock", lock::snapshot, "pvpool", pool::snapshot);
            byte[] text = new StatsFormats().choose("prometheus", null).render(stats.snapshot(), reader.read(sections));
            series = new String(text, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> SELECTOR.matcher(line).results().limit(1))
                    .collect(Collectors.groupingBy(
                            match -> match.group(1),
                            TreeMap::new,
                            Collectors.mapping(AlertRulesIT::labels, Collectors.toSet())));
        }
    }

    private static Map<String, String> labels(MatchResult selector) {
        return matchers(selector).collect(Collectors.toMap(label -> label.group(1), label -> label.group(3)));
    }

    private static Stream<MatchResult> matchers(MatchResult selector) {
        return selector.group(2) == null
                ? Stream.empty()
                : MATCHER.matcher(selector.group(2)).results();
    }

    @TestFactory
    Stream<DynamicTest> theSeriesOfEachRuleAreReal() {
        String expressions = RULES.replaceAll("(?m)^ *(annotations|labels|summary|for):.*$", "")
                .replaceAll("\\b(by|on) *\\([^)]*\\)", "");
        Set<String> selectors = expressions
                .lines()
                .flatMap(line -> SELECTOR.matcher(line).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(selectors).hasSizeGreaterThan(10);
        return selectors.stream()
                .map(selector -> DynamicTest.dynamicTest(
                        selector,
                        () -> assertThat(isReal(selector)).as("%s", series).isTrue()));
    }

    @TestFactory
    Stream<DynamicTest> theRulesAreTestedWithRealSeries() {
        return RULE_TESTS
                .lines()
                .filter(line -> line.contains("- series: "))
                .map(line -> line.replaceFirst(".*- series: ", "").replaceAll("instance=\"[^\"]*\",?", ""))
                .distinct()
                .map(selector -> DynamicTest.dynamicTest(
                        selector, () -> assertThat(isReal(selector)).isTrue()));
    }

    @Test
    void aMisspelledSeriesIsNoticed() {
        assertThat(isReal("pvpool_fenced")).isTrue();
        assertThat(isReal("pvpool_fence")).isFalse();
        assertThat(isReal("buylock_store_state{state=\"down\"}")).isTrue();
        assertThat(isReal("buylock_store_state{state=\"gone\"}")).isFalse();
    }

    /** {@return whether a series has the name and the labels that a selector asks for} */
    private static boolean isReal(String selector) {
        MatchResult found = SELECTOR.matcher(selector).results().findFirst().orElseThrow();
        return series.getOrDefault(found.group(1), Set.of()).stream()
                .anyMatch(labels -> matchers(found).allMatch(matcher -> matches(labels, matcher)));
    }

    private static boolean matches(Map<String, String> labels, MatchResult matcher) {
        String value = labels.getOrDefault(matcher.group(1), "");
        return matcher.group(2).isEmpty() ? value.equals(matcher.group(3)) : value.matches(matcher.group(3));
    }
}
