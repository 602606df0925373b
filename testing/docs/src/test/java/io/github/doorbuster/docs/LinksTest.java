package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every link of the documentation to the repository leads to an existing file, and to an existing heading if it names
 * one.
 */
class LinksTest {

    private static final List<String> PAGES = Repository.files("", ".md");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|(?:href|src)=\"([^\"]+)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("^[a-z]+:.*");

    @TestFactory
    Stream<DynamicTest> linksLeadToExistingTargets() {
        List<DynamicTest> links = PAGES.stream().flatMap(LinksTest::links).toList();
        assertThat(links).hasSizeGreaterThan(50);
        return links.stream();
    }

    @TestFactory
    Stream<DynamicTest> pagesAreLinked() {
        return PAGES.stream()
                .filter(page -> !page.equals("README.md"))
                .map(page -> DynamicTest.dynamicTest(
                        page,
                        () -> assertThat(PAGES)
                                .anyMatch(other ->
                                        !other.equals(page) && targets(other).anyMatch(page::equals))));
    }

    private static Stream<DynamicTest> links(String page) {
        return hrefs(page)
                .map(href -> DynamicTest.dynamicTest(page + " -> " + href, () -> {
                    String target = target(page, href);
                    assertThat(Repository.path(target)).exists();
                    if (href.contains("#")) {
                        assertThat(anchors(target)).contains(href.substring(href.indexOf('#') + 1));
                    }
                }));
    }

    private static Stream<String> targets(String page) {
        return hrefs(page).map(href -> target(page, href));
    }

    private static Stream<String> hrefs(String page) {
        return LINK.matcher(prose(page))
                .results()
                .map((MatchResult link) -> link.group(1) == null ? link.group(2) : link.group(1))
                .filter(href -> !ELSEWHERE.matcher(href).matches());
    }

    private static String target(String page, String href) {
        String file = href.replaceFirst("#.*", "");
        return file.isEmpty()
                ? page
                : Path.of("/", page).resolveSibling(file).normalize().toString().substring(1);
    }

    /** {@return the anchors as GitHub makes them: lower case, without punctuation, a hyphen for each space} */
    private static List<String> anchors(String page) {
        return prose(page)
                .lines()
                .filter(line -> line.matches("#{1,6} .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    /** {@return a page without its blocks of code, whose comments look like headings} */
    private static String prose(String page) {
        return Repository.read(page).replaceAll("(?ms)^```.*?^```$", "");
    }
}
