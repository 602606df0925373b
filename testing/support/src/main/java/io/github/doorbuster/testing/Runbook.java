package io.github.doorbuster.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of faults in {@code docs/deployment.md}, so that fault tests can check that each log line in it is really
 * logged.
 */
public final class Runbook {

    private static final String PAGE = "docs/deployment.md";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final String ANYTHING = "...";

    private Runbook() {}

    /**
     * Checks that a log has every line that a row of the table quotes.
     *
     * @param symptom part of the first column of exactly one row
     */
    public static void assertLogged(String symptom, String log) {
        for (String line : logLines(symptom)) {
            if (!pattern(line).matcher(log).find()) {
                throw new AssertionError(PAGE + ", " + symptom + ": the log does not have: " + line + "\n" + log);
            }
        }
    }

    /** Returns the log lines that a row of the table quotes, with {@code ...} for what varies. */
    public static List<String> logLines(String symptom) {
        List<Map<String, String>> rows = Markdown.of(PAGE).tables("symptom", "/stats", "log").get(0).rows().stream()
                .filter(row -> row.get("symptom").contains(symptom))
                .toList();
        if (rows.size() != 1) {
            throw new IllegalStateException(PAGE + " has " + rows.size() + " rows for: " + symptom);
        }
        // Later columns quote lines, too. Names of settings and commands have no space or begin with nginx.
        List<String> lines = rows.get(0).values().stream()
                .skip(2)
                .flatMap(cell -> CODE.matcher(cell).results())
                .map((MatchResult code) -> code.group(1))
                .filter(code -> code.contains(" ") && !code.startsWith("nginx "))
                .toList();
        if (lines.isEmpty()) {
            throw new IllegalStateException(PAGE + " quotes no log line for: " + symptom);
        }
        return lines;
    }

    private static Pattern pattern(String line) {
        return Pattern.compile(Arrays.stream(line.split(Pattern.quote(ANYTHING), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    }
}
