package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Spring beans that the documentation prints are those that {@link ShopApplication} runs with. */
class SnippetsTest {

    private static final Path DOCS = Path.of("..", "..", "docs");
    private static final Path CODE = Path.of("src", "test", "java", "io", "github", "doorbuster", "springboot");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everySpringBeanInTheDocsIsOneThatRuns() throws IOException {
        List<String> running = Stream.of("StatsConfiguration", "BuyLockConfiguration", "ViewsConfiguration")
                .map(name -> withoutSpace(read(CODE.resolve(name + ".java"))))
                .toList();
        List<String> printed = beansInTheDocs();
        assertThat(printed)
                .isNotEmpty()
                .allSatisfy(snippet -> assertThat(running)
                        .as(snippet)
                        .anySatisfy(code -> assertThat(code).contains(withoutSpace(snippet))));
    }

    private static List<String> beansInTheDocs() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .flatMap(file -> JAVA_BLOCK.matcher(read(file)).results())
                    .map(block -> block.group(1))
                    .filter(code -> code.contains("@Bean"))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s+", "");
    }
}
