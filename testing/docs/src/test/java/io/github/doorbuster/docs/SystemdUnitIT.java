package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.PvPoolConfig;
import io.github.doorbuster.testing.Repository;
import io.github.doorbuster.testing.SystemdAnalyze;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd unit in docs/deployment is valid and gives the demo enough time to stop. */
class SystemdUnitIT {

    private static final String UNIT = Repository.read("docs/deployment/doorbuster-demo.service");
    private static final int SECONDS_FOR_REQUESTS = 10;

    @TempDir
    private Path folder;

    @Test
    void isValid() throws Exception {
        assertThat(verified(UNIT)).isEmpty();
    }

    @Test
    void theCheckFindsMistakes() throws Exception {
        assertThat(verified(UNIT.replace("StateDirectory=", "StateDirectry="))).contains("StateDirectry");
    }

    @Test
    void waitsLongerThanTheDemoNeeds() {
        Matcher stop = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$").matcher(UNIT);
        assertThat(stop.find()).isTrue();
        assertThat(Integer.parseInt(stop.group(1)))
                .isGreaterThan(
                        SECONDS_FOR_REQUESTS + PvPoolConfig.builder().build().closeMillis() / 1000);
    }

    /** Checks the unit with the path of an existing JVM. */
    private String verified(String unit) throws Exception {
        Path file = folder.resolve("doorbuster-demo.service");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.writeString(file, unit.replace("/usr/bin/java", java.toString()));
        return SystemdAnalyze.verify(file);
    }
}
