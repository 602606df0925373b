package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Repository;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options of the demo are those of the table in the README. */
class DemoOptionsTest {

    private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:(\\w+)(?::-(.*))?}");
    private static final Pattern SET_IN_FILE = Pattern.compile("(?m)^(DOORBUSTER_\\w+)=");

    /** Where an option without a default has one all the same, the table says in words which. */
    private static final Map<String, String> IN_WORDS = Map.of(
            "--memcached", "locks in memory",
            "--jdbc-url", "H2 in memory",
            "--journal-dir", "`doorbuster-demo/journal-PORT`");

    private static final List<OptionSpec> OPTIONS = new CommandLine(new DemoOptions())
            .getCommandSpec().options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .toList();

    @Test
    void theTableOfTheReadmeHasEachWithItsVariableAndDefault() {
        Map<String, List<String>> coded = OPTIONS.stream()
                .collect(Collectors.toMap(
                        OptionSpec::longestName,
                        option -> List.of("`" + variable(option) + "`", defaultOf(option)),
                        (one, other) -> one,
                        TreeMap::new));
        Map<String, List<String>> printed =
                Markdown.of("README.md").tables("option", "environment", "default").get(0).rows().stream()
                        .collect(Collectors.toMap(
                                row -> row.get("option").replace("`", ""),
                                row -> List.of(row.get("environment"), row.get("default")),
                                (one, other) -> one,
                                TreeMap::new));
        assertThat(printed).isEqualTo(coded);
    }

    @Test
    void everyVariableThatTheSystemdUnitSetsIsOneOfThem() {
        List<String> set = SET_IN_FILE
                .matcher(Repository.read("docs/deployment/doorbuster-demo.env"))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(set).isNotEmpty();
        assertThat(OPTIONS.stream().map(DemoOptionsTest::variable))
                .containsAll(set)
                .contains("DOORBUSTER_JOURNAL_DIR");
    }

    private static String variable(OptionSpec option) {
        return matched(option).group(1);
    }

    private static String defaultOf(OptionSpec option) {
        String value = matched(option).group(2);
        return value == null ? IN_WORDS.getOrDefault(option.longestName(), "") : value;
    }

    private static Matcher matched(OptionSpec option) {
        // The option itself has the variable filled in.
        Option annotation = ((AnnotatedElement) option.userObject()).getAnnotation(Option.class);
        Matcher environment = ENVIRONMENT.matcher(annotation.defaultValue());
        assertThat(environment.matches())
                .as(option.longestName() + " has an environment variable")
                .isTrue();
        return environment;
    }
}
