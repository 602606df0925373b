package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Repository;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class DemoOptionsTest {

    private static final Pattern SET_IN_FILE = Pattern.compile("(?m)^(DOORBUSTER_\\w+)=");

    /** The defaults in the README that are no values. */
    private static final Map<String, String> DESCRIBED_DEFAULTS = Map.of(
            "--memcached", "locks in memory",
            "--jdbc-url", "H2 in memory",
            "--journal-dir", "`doorbuster-demo/journal-PORT`",
            "--stock", "50 of item 1, 100 of each other");

    private static final List<OptionSpec> OPTIONS = new CommandLine(new DemoOptions())
            .getCommandSpec().options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .toList();

    @Test
    void theReadmeHasEachOptionWithItsVariableAndDefault() {
        Map<String, List<String>> options = OPTIONS.stream()
                .collect(Collectors.toMap(
                        OptionSpec::longestName,
                        option -> List.of("`" + EnvironmentVariables.nameOf(option) + "`", defaultOf(option)),
                        (one, other) -> one,
                        TreeMap::new));
        Map<String, List<String>> documented =
                Markdown.of("README.md").tables("option", "environment", "default").get(0).rows().stream()
                        .collect(Collectors.toMap(
                                row -> row.get("option").replace("`", ""),
                                row -> List.of(row.get("environment"), row.get("default")),
                                (one, other) -> one,
                                TreeMap::new));
        assertThat(documented).isEqualTo(options);
    }

    @Test
    void theSystemdUnitSetsExistingVariables() {
        List<String> set = SET_IN_FILE
                .matcher(Repository.read("docs/deployment/doorbuster-demo.env"))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(set).isNotEmpty();
        assertThat(OPTIONS.stream().map(EnvironmentVariables::nameOf))
                .containsAll(set)
                .contains("DOORBUSTER_JOURNAL_DIR");
    }

    @ParameterizedTest
    @CsvSource({
        "--port=70000, --port=70000: must be from 0 to 65535",
        "--port=abc, '--port': 'abc'",
        "--purchase-millis=-1, --purchase-millis=-1: must be from 0 to 60000",
        "--permits=0, --permits=0: must be from 1 to 100",
        "--stock=0, --stock=0: must be from 1 to 100000000",
        "--jdbc-url=jdbc:oracle:x?password=s3cret, --jdbc-url=jdbc:oracle:x: must start with jdbc:mysql:",
        "--no-such-option, --no-such-option",
        "rubbish, rubbish"
    })
    void rejectsBadOptions(String option, String message) {
        DemoOptions options = new DemoOptions();
        assertThatThrownBy(() -> {
                    new CommandLine(options).parseArgs(option);
                    options.settings();
                })
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }

    private static String defaultOf(OptionSpec option) {
        String value = option.defaultValue();
        return value == null ? DESCRIBED_DEFAULTS.getOrDefault(option.longestName(), "") : value;
    }
}
