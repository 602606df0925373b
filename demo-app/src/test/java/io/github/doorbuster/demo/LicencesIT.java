package io.github.doorbuster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The runnable jar contains the licences of its dependencies. */
class LicencesIT {

    private static final Pattern LICENCE = Pattern.compile("\\(([^()]+)\\) ");

    @Test
    void hasALicenceTextForEachDependency() throws IOException {
        try (JarFile jar = new JarFile(Path.of(System.getProperty("demo.jar")).toFile())) {
            List<String> dependencies = textOf(jar, "META-INF/THIRD-PARTY.txt")
                    .lines()
                    .filter(line -> line.startsWith("     ("))
                    .toList();

            assertThat(dependencies)
                    .anyMatch(dependency -> dependency.contains(":jetty-server:"))
                    .allSatisfy(dependency -> assertThat(licencesOf(dependency))
                            .as(dependency)
                            .anyMatch(licence -> jar.getEntry(fileOf(licence)) != null));
        }
    }

    private static List<String> licencesOf(String dependency) {
        return LICENCE.matcher(dependency)
                .results()
                .map(MatchResult::group)
                .map(group -> group.substring(1, group.length() - 2))
                .toList();
    }

    /** The text of Apache-2.0 is our own licence. */
    private static String fileOf(String licence) {
        return "META-INF/licenses/" + (licence.equals("Apache-2.0") ? "LICENSE" : licence + ".txt");
    }

    private static String textOf(JarFile jar, String name) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
