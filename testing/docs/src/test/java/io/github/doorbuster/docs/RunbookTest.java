package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Repository;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The log lines by which somebody at night is to recognise what is wrong are those that the code prints. */
class RunbookTest {

    private static final Pattern LINE = Pattern.compile("`([^`]+)`");
    private static final Pattern JOINED_LITERALS = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final String VARYING = "...";

    private static final List<String> SOURCES = Stream.of(
                    "httpstats-filter", "buylock-filter", "pvpool-servlet", "demo-app")
            .flatMap(module -> Repository.files(module + "/src/main", ".java").stream())
            .map(file -> JOINED_LITERALS.matcher(Repository.read(file)).replaceAll(""))
            .toList();

    @TestFactory
    Stream<DynamicTest> everyLogLineOfTheRunbookIsPrinted() {
        return logLines().stream()
                .map(line -> DynamicTest.dynamicTest(
                        line, () -> assertThat(SOURCES).anyMatch(printed(line).asPredicate())));
    }

    private static List<String> logLines() {
        List<String> lines = Markdown.of("docs/deployment.md").tables("symptom", "/stats", "log").get(0).rows().stream()
                .flatMap(row ->
                        Stream.of(row.get("log"), row.values().stream().skip(3).collect(Collectors.joining())))
                .filter(cell -> !cell.startsWith("nginx:"))
                .flatMap(cell -> LINE.matcher(cell).results())
                .map((MatchResult match) -> match.group(1))
                .filter(line -> line.contains(" ") && !line.startsWith("nginx "))
                .toList();
        assertThat(lines).hasSizeGreaterThan(10);
        return lines;
    }

    /** What varies is a placeholder or an expression in the code, on the same line. */
    private static Pattern printed(String line) {
        return Pattern.compile(Arrays.stream(line.split(Pattern.quote(VARYING)))
                .filter(piece -> !piece.isEmpty())
                .map(Pattern::quote)
                .collect(Collectors.joining(".{1,40}?", "\"", "")));
    }
}
