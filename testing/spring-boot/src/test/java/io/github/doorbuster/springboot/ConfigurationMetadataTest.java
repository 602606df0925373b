package io.github.doorbuster.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.buylock.spring.BuyLockAutoConfiguration;
import io.github.doorbuster.httpstats.spring.HttpStatsAutoConfiguration;
import io.github.doorbuster.pvpool.spring.PvPoolAutoConfiguration;
import io.github.doorbuster.testing.Repository;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metadata that an IDE reads has the properties that the code binds, and explains each. */
class ConfigurationMetadataTest {

    private static final Map<String, Class<?>> PARTS = Map.of(
            "httpstats-filter", HttpStatsAutoConfiguration.class,
            "buylock-filter", BuyLockAutoConfiguration.class,
            "pvpool-servlet", PvPoolAutoConfiguration.class);

    @TestFactory
    Stream<DynamicTest> hasThePropertiesOfTheCode() {
        return PARTS.entrySet().stream()
                .map(part -> DynamicTest.dynamicTest(part.getKey(), () -> {
                    Map<String, JsonNode> properties = metadata(part.getKey());
                    assertThat(properties)
                            .isNotEmpty()
                            .allSatisfy((name, property) -> assertThat(
                                            property.path("description").asString())
                                    .as(name)
                                    .isNotBlank()
                                    .doesNotMatch("\\w+\\.( .*)?"));
                    assertThat(properties.keySet())
                            .containsExactlyInAnyOrder(bound(prefix(part.getKey()), part.getValue()));
                }));
    }

    private static String prefix(String module) {
        return "doorbuster." + module.split("-")[0];
    }

    private static Map<String, JsonNode> metadata(String module) {
        JsonNode json = JsonMapper.shared()
                .readTree(Repository.read(module + "/target/classes/META-INF/spring-configuration-metadata.json"));
        return StreamSupport.stream(json.path("properties").spliterator(), false)
                .collect(Collectors.toMap(property -> property.path("name").asString(), property -> property));
    }

    /** {@return the properties that a part takes, which it lists when it rejects another one} */
    private static String[] bound(String prefix, Class<?> configuration) {
        String[][] names = new String[1][];
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(configuration))
                .withPropertyValues(prefix + ".nonsense=1")
                .run(context -> {
                    Throwable cause = context.getStartupFailure();
                    while (cause.getCause() != null) {
                        cause = cause.getCause();
                    }
                    names[0] =
                            cause.getMessage().split("the properties are ")[1].split(", ");
                });
        return Arrays.copyOf(names[0], names[0].length);
    }
}
