package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.testing.Repository;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spring Boot 3.5 manages jackson-annotations that are too old for Jackson 3. The samples manage a newer version. */
@Timeout(120)
class OldJacksonAnnotationsIT {

    private static final Pattern MANAGED =
            Pattern.compile("(?s)<dependencyManagement>.*?(<dependency>.*?</dependency>)");

    @ParameterizedTest
    @CsvSource({"BOOT_3_5_0_TOMCAT, boot-3.5.0", "BOOT_3_5_TOMCAT, boot-3.5"})
    void theStartFailsWithTheLineThatIsMissing(Sample sample, String module) {
        Matcher managed = MANAGED.matcher(Repository.read("testing/spring-boot/" + module + "/pom.xml"));
        assertThat(managed.find()).isTrue();
        try (SampleShop shop = SampleShop.launch(
                sample.classPathWithAnnotationsOfTheParent(), List.of("--doorbuster.buylock.memcached="))) {
            assertThat(shop.awaitExit()).isEqualTo(1);
            assertThat(shop.log())
                    .contains("jackson-annotations is too old")
                    .contains(managed.group(1).replaceAll("\\s", ""));
        }
    }
}
