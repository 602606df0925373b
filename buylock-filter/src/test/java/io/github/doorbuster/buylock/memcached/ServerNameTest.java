package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameTest {

    private static InetAddress[] addresses(String... numbers) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String number : numbers) {
            addresses.add(InetAddress.getByName(number));
        }
        return addresses.toArray(InetAddress[]::new);
    }

    @Test
    void aNameIsKeptAsTyped() {
        assertThat(ServerName.parse("cache-1:11211, Cache-2:11212,[::1]:11213"))
                .extracting(ServerName::text)
                .containsExactly("cache-1:11211", "Cache-2:11212", "[::1]:11213");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", ":11211", "localhost:99999", "127.0.0.1:1,,b:2", "a:1,a:1"})
    void aBadNameIsRejected(String memcached) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerName.parse(memcached))
                .withMessageStartingWith("memcached=" + memcached + ": must ");
    }

    @Test
    void ofSeveralAddressesTheLowestOfTheFirstKindCounts() throws Exception {
        ServerName name = ServerName.parse("cache:11211").get(0);

        assertThat(name.resolve(host -> addresses("10.0.0.9", "::1", "10.0.0.200", "10.0.0.8")))
                .isEqualTo(new InetSocketAddress("10.0.0.8", 11211));
        assertThat(name.resolve(host -> addresses("::9", "10.0.0.8", "::5")))
                .isEqualTo(new InetSocketAddress("::5", 11211));
    }

    @Test
    void aNameThatDoesNotResolveIsUnknown() {
        ServerName name = ServerName.parse("cache:11211").get(0);

        assertThatThrownBy(() -> name.resolve(host -> {
                    throw new UnknownHostException(host);
                }))
                .isInstanceOf(UnknownHostException.class);
    }
}
