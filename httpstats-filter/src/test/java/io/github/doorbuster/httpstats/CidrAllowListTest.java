package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrAllowListTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.3.4, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "192.168.4.0/22, '192.168.3.255', false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1/128, [::1], true",
        "fe80::/10, fe80::1%eth0, true",
        "127.0.0.0/8, ::ffff:127.0.0.1, true",
        "127.0.0.0/8, localhost, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, 010.0.0.09, true",
        "0.0.0.0/0, 256.0.0.1, false",
        "0.0.0.0/0, 0001.2.3.4, false",
        "0.0.0.0/0, 1.2.3, false",
        "0.0.0.0/0, 1.2.3.4.5, false",
        "0.0.0.0/0, 1..3.4, false",
        "0.0.0.0/0, .1.2.3, false",
        "0.0.0.0/0, 1.2.3., false",
        "0.0.0.0/0, 1.2.3.4x, false",
        "0.0.0.0/0, -1.2.3.4, false",
        "0.0.0.0/0, ٣.2.3.4, false",
        "127.0.0.0/8, '', false"
    })
    void matchesAddresses(String range, String address, boolean allowed) {
        assertThat(CidrAllowList.parse("allow", range).allows(address)).isEqualTo(allowed);
    }

    @Test
    void matchesAnyRange() {
        CidrAllowList list = CidrAllowList.parse("allow", " 10.0.0.0/8 ,::1/128");

        assertThat(list.allows("10.0.0.1")).isTrue();
        assertThat(list.allows("::1")).isTrue();
        assertThat(list.allows(null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "example.org", "10.0.0.0/33", "::1/129", "10.0.0/8", "10.0.0.0/-1", "1.2.3.4,", "300.1.1.1"})
    void rejectsInvalidRanges(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CidrAllowList.parse("allow", list))
                .withMessageStartingWith("allow=")
                .withMessageContaining("must be addresses or CIDR ranges");
    }

    @Test
    void looksNoNameUp(@TempDir Path folder) throws Exception {
        List<String> names = List.of("300.1.1.1", "1.2.3.999", "fe80::zz", "localhost");
        Path hosts = folder.resolve("hosts");
        Files.write(hosts, names.stream().map(name -> "127.0.0.1 " + name).toList());
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                HostsFileProbe.class.getName()));
        command.addAll(names);

        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(probe.waitFor()).isZero();
    }
}
