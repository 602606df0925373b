package io.github.doorbuster.httpstats.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.doorbuster.httpstats.HttpStats;
import io.github.doorbuster.httpstats.HttpStatsConfig;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is not in flight any more if a container or a framework throws something while the filter reads it. */
class RequestErrorTest {

    private static final String ROUTE_ATTRIBUTE = "route";

    private final HttpStats stats = HttpStats.builder()
            .config(HttpStatsConfig.builder()
                    .queueTime(true)
                    .routeAttribute(ROUTE_ATTRIBUTE)
                    .build())
            .build();

    /** A request or a response with one method that throws an error. */
    private static <T> T failing(Class<T> type, String failingMethod) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals(failingMethod) && (args == null || !args[0].equals(seenAttribute()))) {
                throw new StackOverflowError("intended");
            }
            return switch (method.getName()) {
                case "getDispatcherType" -> DispatcherType.REQUEST;
                case "isAsyncStarted", "isCommitted" -> false;
                case "getStatus" -> 200;
                case "getMethod" -> "GET";
                default -> null;
            };
        }));
    }

    /** The attribute that the filter reads before the request begins. */
    private static String seenAttribute() {
        return RequestRecorder.class.getName() + ".default";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"getHeader", "isAsyncStarted", "getHttpServletMapping", "getMethod", "getAttribute", "getStatus"
            })
    void anErrorOfTheContainerLeavesNoRequestInFlight(String failingMethod) {
        RequestRecorder recorder = new RequestRecorder(stats);
        HttpServletRequest request = failing(HttpServletRequest.class, failingMethod);
        HttpServletResponse response = failing(HttpServletResponse.class, failingMethod);

        assertThatThrownBy(() -> recorder.doFilter(request, response, (req, res) -> {}))
                .isInstanceOf(StackOverflowError.class);

        assertThat(stats.snapshot().inFlight().now()).isZero();
    }
}
