package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientAddressTest {

    private static long client(String proxies, String peer, String... header) {
        return ClientAddress.behind(proxies).of(peer, Collections.enumeration(List.of(header)));
    }

    private static long client(String peer) {
        return client("", peer);
    }

    @Test
    void anIpv6ClientIsTheFirst64Bits() {
        assertThat(client("2001:db8:1:2:3::1")).isEqualTo(client("2001:db8:1:2:ffff::9"));
        assertThat(client("2001:db8:1:2::1")).isNotEqualTo(client("2001:db8:1:3::1"));
    }

    @Test
    void anIpv4ClientIsTheWholeAddress() {
        assertThat(client("192.0.2.1")).isNotEqualTo(client("192.0.2.2"));
        assertThat(client("::ffff:192.0.2.1")).isEqualTo(client("192.0.2.1"));
    }

    @Test
    void clientsWithoutAnAddressAreOne() {
        assertThat(client(null)).isEqualTo(client("unix:")).isEqualTo(client(""));
    }

    @Test
    void theHeaderOfAStrangerIsIgnored() {
        assertThat(client("10.0.0.0/8", "192.0.2.1", "198.51.100.7")).isEqualTo(client("192.0.2.1"));
        assertThat(client("", "10.0.0.1", "198.51.100.7")).isEqualTo(client("10.0.0.1"));
    }

    @Test
    void behindTrustedProxiesTheLastStrangerIsTheClient() {
        long expected = client("198.51.100.7");
        assertThat(client("10.0.0.0/8", "10.0.0.1", "198.51.100.7")).isEqualTo(expected);
        assertThat(client("10.0.0.0/8", "10.0.0.1", "203.0.113.5, 198.51.100.7, 10.0.0.2"))
                .isEqualTo(expected);
        assertThat(client("10.0.0.0/8", "10.0.0.1", "203.0.113.5", " 198.51.100.7 ,10.0.0.2"))
                .isEqualTo(expected);
    }

    @Test
    void aProxyThatNamesNobodyIsTheClient() {
        assertThat(client("10.0.0.0/8", "10.0.0.1")).isEqualTo(client("10.0.0.1"));
        assertThat(client("10.0.0.0/8", "10.0.0.1", " , ")).isEqualTo(client("10.0.0.1"));
    }

    @Test
    void reportsProxiesThatAreNoAddresses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientAddress.behind("proxy.example"))
                .withMessageStartingWith("trustedProxies=proxy.example: must be addresses or CIDR ranges");
    }
}
