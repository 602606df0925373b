package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Markdown.Table;
import io.github.doorbuster.testing.Repository;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The option table of each module has every option once, with the default and the range of the code. */
class OptionTablesTest {

    private static final String[] COLUMNS = {"key", "unit", "default", "allowed"};

    /** A page whose options are grouped by what they are for, not by the record that has them. */
    private static final String GROUPED = "docs/buylock.md";

    /** The tables of each page in order, with the records whose components are their keys; of a grouped page, all. */
    private static final Map<String, List<List<String>>> TABLES = tables();

    private static Map<String, List<List<String>>> tables() {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        tables.put(
                "docs/httpstats.md",
                List.of(List.of("httpstats.HttpStatsConfig"), List.of("httpstats.servlet.StatsServlet$Params")));
        tables.put(
                GROUPED,
                List.of(List.of(
                        "buylock.BuyLockConfig",
                        "buylock.servlet.StoreParams",
                        "buylock.servlet.BuyLockFilterConfig")));
        tables.put(
                "docs/pvpool.md",
                List.of(List.of(
                        "pvpool.servlet.PoolName",
                        "pvpool.servlet.DataSourceParams",
                        "pvpool.jdbc.JdbcConfig",
                        "pvpool.PvPoolConfig",
                        "pvpool.journal.JournalConfig",
                        "pvpool.servlet.HttpLimits",
                        "pvpool.servlet.ClientLimits")));
        return tables;
    }

    @Test
    void allOptionTablesAreChecked() {
        Map<String, Integer> found = Repository.files("", ".md").stream()
                .collect(Collectors.toMap(path -> path, path -> tables(path).size()));
        found.values().removeIf(count -> count == 0);
        Map<String, Integer> checked = TABLES.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, page -> page.getValue().size()));
        assertThat(found).isEqualTo(checked);
    }

    @TestFactory
    Stream<DynamicTest> tablesHaveEachKeyOnce() {
        return checkedTables()
                .map(checked -> DynamicTest.dynamicTest(
                        checked.toString(),
                        () -> assertThat(checked.rows().keySet())
                                .containsExactlyInAnyOrderElementsOf(
                                        checked.options().keySet())));
    }

    @TestFactory
    Stream<DynamicTest> defaultsAreThoseOfTheCode() {
        return rows((option, row) -> assertThat(row.get("default")).isEqualTo(option.printedDefault()));
    }

    @TestFactory
    Stream<DynamicTest> rangesAreThoseOfTheCode() {
        return rows((option, row) -> option.assertAllowed(row.get("allowed")));
    }

    private interface RowCheck {
        void check(DocumentedOption option, Map<String, String> row);
    }

    private static Stream<DynamicTest> rows(RowCheck check) {
        return checkedTables()
                .flatMap(table -> table.options().values().stream()
                        .filter(option -> table.rows().containsKey(option.key()))
                        .map(option -> DynamicTest.dynamicTest(
                                table + " " + option.key(),
                                () -> check.check(option, table.rows().get(option.key())))));
    }

    private static Stream<CheckedTable> checkedTables() {
        return TABLES.entrySet().stream().flatMap(page -> {
            List<Table> tables = tables(page.getKey());
            return Stream.iterate(0, i -> i < tables.size(), i -> i + 1)
                    .map(i -> CheckedTable.of(
                            page.getKey(), tables.get(i), page.getValue().get(i)));
        });
    }

    private static List<Table> tables(String page) {
        List<Table> tables = Markdown.of(page).tables(COLUMNS);
        if (!page.equals(GROUPED)) {
            return tables;
        }
        List<Map<String, String>> rows =
                tables.stream().flatMap(table -> table.rows().stream()).toList();
        return List.of(new Table(tables.get(0).line(), tables.get(0).header(), rows));
    }

    private record CheckedTable(
            String page, int line, Map<String, Map<String, String>> rows, Map<String, DocumentedOption> options) {

        static CheckedTable of(String page, Table table, List<String> builders) {
            Map<String, DocumentedOption> options = new LinkedHashMap<>();
            builders.stream()
                    .flatMap(builder -> DocumentedOption.of("io.github.doorbuster." + builder))
                    .forEach(option -> options.put(option.key(), option));
            Map<String, Map<String, String>> rows = table.rows().stream()
                    .collect(Collectors.toMap(row -> row.get("key").replace("`", ""), row -> row));
            return new CheckedTable(page, table.line(), rows, options);
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }
}
