package io.github.doorbuster.httpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatsAccessTest {

    private static final String TOKEN = "0123456789abcdef";
    private static final List<String> PLAIN = List.of("Host", "User-Agent", "Accept", "Cookie", "traceparent");

    private static Optional<Integer> status(StatsAccess access, String peer, List<String> headers, String auth) {
        return access.denial(peer, headers, auth).map(StatsAccess.Denial::status);
    }

    @Test
    void loopbackMayReadByDefault() {
        StatsAccess access = StatsAccess.of(null, null);

        assertThat(status(access, "127.0.0.1", PLAIN, null)).isEmpty();
        assertThat(status(access, "10.0.0.1", PLAIN, null)).contains(403);
        assertThat(status(access, null, PLAIN, null)).contains(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via",
                "FORWARDED",
                "X-Real-IP",
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "x-forwarded-host",
                "CF-Connecting-IP",
                "CF-Ray",
                "X-Request-Start",
                "True-Client-IP",
                "X-Envoy-External-Address",
                "X-Amzn-Trace-Id"
            })
    void anyHeaderOfAProxyEndsTheDefault(String header) {
        List<String> headers = List.of("Host", header);

        assertThat(status(StatsAccess.of(null, null), "127.0.0.1", headers, null))
                .contains(403);
        assertThat(status(StatsAccess.of("127.0.0.1", null), "127.0.0.1", headers, null))
                .isEmpty();
    }

    @Test
    void theTokenOpensFromAnywhere() {
        StatsAccess access = StatsAccess.of(null, TOKEN);

        assertThat(status(access, "8.8.8.8", List.of("Via"), "Bearer " + TOKEN)).isEmpty();
        assertThat(status(access, null, PLAIN, "bearer " + TOKEN)).isEmpty();
        assertThat(status(access, "8.8.8.8", PLAIN, "Bearer " + TOKEN + "0")).contains(401);
        assertThat(status(access, "127.0.0.1", PLAIN, "Bearer ")).contains(401);
        assertThat(status(access, "8.8.8.8", PLAIN, "Basic " + TOKEN)).contains(403);
        assertThat(status(access, "127.0.0.1", PLAIN, null)).isEmpty();
    }

    @Test
    void withoutATokenNoneOpens() {
        assertThat(status(StatsAccess.of(null, null), "8.8.8.8", PLAIN, "Bearer "))
                .contains(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "with spaces in the token", "0123456789abcde\n", "0123456789abcdé0"})
    void rejectsWhatIsNoTokenWithoutPrintingIt(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StatsAccess.of(null, token))
                .withMessageStartingWith("token=***: must be ");
    }

    @Test
    void doesNotPrintItsToken() {
        assertThat(StatsAccess.of(null, TOKEN).toString()).doesNotContain(TOKEN);
    }
}
