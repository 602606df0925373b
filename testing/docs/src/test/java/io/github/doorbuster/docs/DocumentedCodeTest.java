package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Markdown.Block;
import io.github.doorbuster.testing.Repository;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every block of code in the documentation is, apart from white space, part of a file that a test compiles, deploys or
 * starts. Put the code of a new block into such a file. A line {@code ...} omits code.
 */
class DocumentedCodeTest {

    /** The text of the tested files by language, without white space. */
    private static final Map<String, List<String>> TESTED = Map.of(
            "java",
                    code(Stream.concat(
                            tests(".java").stream(), Repository.files("demo-app/src/main", ".java").stream())),
            "xml", code(tests(".xml").stream()),
            "nginx", code(Repository.files("docs/deployment", ".conf").stream()),
            "sql", code(Repository.files("docs/deployment", ".sql").stream()),
            "ini", code(Repository.files("docs/deployment", ".service", ".env").stream()));

    /** Commands and responses, which tests of the demo compare with a running demo, and drawings. */
    private static final Set<String> OTHERS = Set.of("sh", "console", "json", "groovy", "toml", "yaml", "text", "");

    private static final Pattern ELISION = Pattern.compile("(?m)^\\s*\\.\\.\\.\\s*$");
    private static final Pattern CLASS = Pattern.compile("io\\.github\\.(doorbuster(?:\\.[a-z0-9]+)*\\.[A-Z]\\w+)");

    @TestFactory
    Stream<DynamicTest> codeBlocksArePartOfTestedFiles() {
        return blocks().filter(block -> TESTED.containsKey(block.language()))
                .map(block -> DynamicTest.dynamicTest(block.toString(), () -> assertTested(block)));
    }

    @Test
    void propertiesOfSpringBootArePartOfTheSample() {
        String sample = withoutSpace(Repository.read("testing/spring-boot/sample/src/main/resources/application.yaml"));
        List<String> properties = blocks().filter(block -> block.text().startsWith("doorbuster:"))
                .map(block -> withoutSpace(block.text()))
                .toList();
        assertThat(properties)
                .hasSizeGreaterThan(1)
                .allSatisfy(block -> assertThat(sample).contains(block));
    }

    @Test
    void blocksHaveAKnownLanguage() {
        Set<String> known = new TreeSet<>(OTHERS);
        known.addAll(TESTED.keySet());
        assertThat(blocks().filter(block -> !known.contains(block.language()))).isEmpty();
    }

    @Test
    void classesInCommandsExist() {
        List<String> sources = Repository.files("", ".java");
        List<String> named = blocks().filter(block -> OTHERS.contains(block.language()))
                .flatMap(block -> CLASS.matcher(block.text()).results())
                .map(match -> match.group(1).replace('.', '/') + ".java")
                .toList();
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(sources)
                        .anySatisfy(source -> assertThat(source).endsWith(name)));
    }

    private static void assertTested(Block block) {
        List<String> pieces = Arrays.stream(ELISION.split(block.text()))
                .map(DocumentedCodeTest::withoutSpace)
                .toList();
        assertThat(TESTED.get(block.language()).stream().anyMatch(code -> hasInOrder(code, pieces)))
                .as("%s is part of a tested file:%n%s", block, block.text())
                .isTrue();
    }

    private static boolean hasInOrder(String code, List<String> pieces) {
        int at = 0;
        for (String piece : pieces) {
            int found = code.indexOf(piece, at);
            if (found < 0) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }

    private static Stream<Block> blocks() {
        return Repository.files("", ".md").stream().flatMap(page -> Markdown.of(page).blocks().stream());
    }

    private static List<String> tests(String suffix) {
        return Repository.files("testing", suffix).stream()
                .filter(file -> file.contains("/src/test/") || file.startsWith("testing/spring-boot/"))
                .toList();
    }

    private static List<String> code(Stream<String> files) {
        return files.map(Repository::read).map(DocumentedCodeTest::withoutSpace).toList();
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s+", "");
    }
}
