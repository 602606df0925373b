package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the application does and wherever the client leaves: one release, the key gone, the request as it was sent.
 */
@OnEveryContainer
class BuyLockLifecycleIT {

    private static final String FORM = "item_id=42&note=caf%C3%A9+%26+more&empty=&note=again";
    private static final int OWN_TIMEOUT_MILLIS = 300;

    private static MemcachedServer memcached;
    private static MemcachedLockStore store;

    private final Product product;
    private final ServletContainer container;
    private final BuyLock lock = BuyLock.builder().store(store).build();
    private final CountDownLatch door = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean leaseHeld;
    private volatile long asyncTimeout;

    BuyLockLifecycleIT(Product product) {
        this.product = product;
        this.container = product.running();
    }

    @BeforeAll
    static void start() {
        memcached = MemcachedServer.start();
        store = MemcachedLockStore.connect(memcached.address());
    }

    @AfterAll
    static void stop() {
        store.close();
        memcached.close();
    }

    @AfterEach
    void undeploy() {
        door.countDown();
        container.undeploy();
        lock.close();
    }

    enum Client {
        STAYS,
        LEAVES_WHILE_WAITING,
        LEAVES_WHILE_BUYING
    }

    enum Downstream {
        READS_PARAMETERS(200),
        READS_THE_STREAM(200),
        READS_THE_READER(200),
        THROWS(500),
        THROWS_AFTER_ASYNC_START(500),
        COMPLETES_LATER(200),
        DISPATCHES_AGAIN(200),
        TIMES_OUT(500),
        IS_NOT_ASYNC(200);

        private final int status;

        Downstream(int status) {
            this.status = status;
        }

        /**
         * Jetty adds the query's parameters once more when an application dispatches a request that any filter wrapped.
         */
        String query() {
            return this == DISPATCHES_AGAIN ? "" : "?from=test";
        }
    }

    static Stream<Arguments> matrix() {
        return Arrays.stream(Downstream.values())
                .flatMap(downstream -> Arrays.stream(Client.values()).map(client -> Arguments.of(downstream, client)));
    }

    @ParameterizedTest(name = "the application {0}, the client {1}")
    @MethodSource("matrix")
    void thePurchaseEndsOnce(Downstream downstream, Client client) throws Exception {
        container.deploy(context -> deploy(context, downstream));
        if (client != Client.LEAVES_WHILE_BUYING) {
            door.countDown();
        }
        Grant before = lock.acquire("42").get(5, TimeUnit.SECONDS);
        try (Wire wire = Wire.open(container.uri())) {
            wire.request(
                    "POST",
                    "/buy" + downstream.query(),
                    Map.of("Content-Type", "application/x-www-form-urlencoded"),
                    Wire.bytes(FORM));
            await().until(() -> lock.snapshot().waiting() == 1);
            if (client == Client.LEAVES_WHILE_WAITING) {
                wire.reset();
            }
            before.close();
            if (client == Client.LEAVES_WHILE_BUYING) {
                await().until(() -> inside.get() == 1);
                wire.reset();
                door.countDown();
            }
            if (client == Client.STAYS) {
                Wire.Answer answer = wire.answer();
                assertThat(answer.status()).isEqualTo(statusOnTheWire(downstream));
                assertThat(leaseHeld).isTrue();
                if (downstream.status == 200) {
                    assertThat(answer.text())
                            .contains("42")
                            .isEqualTo(Wire.post(container.uri(), "/plain" + downstream.query(), FORM)
                                    .text());
                }
            }
        }

        await().until(() -> lock.snapshot().items() == 0);
        assertThat(lock.snapshot().granted()).isEqualTo(2);
        assertThat(lock.snapshot().holding()).isZero();
        assertThat(lock.snapshot().leaseLost()).isZero();
        assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END"));
        try (Grant next = lock.tryAcquire("42").get(5, TimeUnit.SECONDS)) {
            assertThat(next.leaseHolds()).isTrue();
        }
    }

    @ParameterizedTest(name = "waitMillis={0}")
    @ValueSource(ints = {5_000, 60_000})
    void theTimeoutOfTheApplicationsOwnAsynchronousModeStaysWhatItWas(int waitMillis) throws Exception {
        try (BuyLock patient = BuyLock.builder()
                .config(BuyLockConfig.builder().waitMillis(waitMillis).build())
                .store(store)
                .build()) {
            door.countDown();
            container.deploy(context -> {
                filter(context, new BuyLockFilter(patient));
                Servlets.servlet(context, "/buy", this::completesLater);
                Servlets.servlet(context, "/plain", this::completesLater);
            });
            Wire.post(container.uri(), "/plain", FORM);
            long plain = asyncTimeout;
            asyncTimeout = -1;
            Grant before = patient.acquire("42").get(5, TimeUnit.SECONDS);
            try (Wire wire = Wire.open(container.uri())) {
                wire.request(
                        "POST", "/buy", Map.of("Content-Type", "application/x-www-form-urlencoded"), Wire.bytes(FORM));
                await().until(() -> patient.snapshot().waiting() == 1);
                before.close();
                assertThat(wire.answer().status()).isEqualTo(200);
            }
            assertThat(asyncTimeout).isEqualTo(plain);
        }
    }

    /** Tomcat ends the connection without an answer where the thread that has started asynchronous mode throws. */
    private int statusOnTheWire(Downstream downstream) {
        return product.isTomcat() && downstream == Downstream.THROWS_AFTER_ASYNC_START ? 0 : downstream.status;
    }

    @Test
    void aFilterBeforeThatReadsTheParametersDoesNoHarm() throws Exception {
        door.countDown();
        container.deploy(context -> {
            Filter reading = (request, response, chain) -> {
                request.getParameter("item_id");
                chain.doFilter(request, response);
            };
            Servlets.filter(context, "before", reading, EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
            deploy(context, Downstream.READS_PARAMETERS);
        });
        Grant before = lock.acquire("42").get(5, TimeUnit.SECONDS);
        try (Wire wire = Wire.open(container.uri())) {
            wire.request("POST", "/buy", Map.of("Content-Type", "application/x-www-form-urlencoded"), Wire.bytes(FORM));
            await().until(() -> lock.snapshot().waiting() == 1);
            before.close();
            Wire.Answer answer = wire.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("item_id=[42] note=[café & more, again] empty=[] ");
        }
    }

    private void deploy(ServletContext context, Downstream downstream) {
        // Tomcat 10.1 alone takes a form without a charset for Latin-1, as Servlet 6.0 has it; 6.1 has UTF-8.
        context.setRequestCharacterEncoding("UTF-8");
        filter(context, new BuyLockFilter(lock));
        Servlets.Behaviour behaviour = switch (downstream) {
            case READS_PARAMETERS, IS_NOT_ASYNC -> this::readsParameters;
            case READS_THE_STREAM ->
                (request, response) -> {
                    enter(request);
                    response.getOutputStream().write(request.getInputStream().readAllBytes());
                };
            case READS_THE_READER ->
                (request, response) -> {
                    enter(request);
                    request.getReader().transferTo(response.getWriter());
                };
            case THROWS ->
                (request, response) -> {
                    enter(request);
                    throw new IllegalStateException("the purchase failed");
                };
            case THROWS_AFTER_ASYNC_START ->
                (request, response) -> {
                    enter(request);
                    request.startAsync();
                    throw new IllegalStateException("the purchase failed");
                };
            case COMPLETES_LATER -> this::completesLater;
            case DISPATCHES_AGAIN ->
                (request, response) -> {
                    if (request.getAttribute("again") == null) {
                        request.setAttribute("again", true);
                        request.startAsync(request, response).dispatch();
                    } else {
                        readsParameters(request, response);
                    }
                };
            case TIMES_OUT ->
                (request, response) -> {
                    enter(request);
                    request.startAsync().setTimeout(OWN_TIMEOUT_MILLIS);
                };
        };
        Servlets.servlet(context, "/buy", Servlets.behaving(behaviour), Map.of())
                .setAsyncSupported(downstream != Downstream.IS_NOT_ASYNC);
        Servlets.servlet(context, "/plain", behaviour);
    }

    private static void filter(ServletContext context, BuyLockFilter filter) {
        Servlets.filter(
                context, "buylock", filter, Map.of(), EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), "/buy");
    }

    private void readsParameters(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(request);
        print(request, response);
    }

    private static void print(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setCharacterEncoding("UTF-8");
        for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
            response.getWriter().print(parameter.getKey() + "=" + Arrays.toString(parameter.getValue()) + " ");
        }
    }

    private void completesLater(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        AsyncContext async = request.startAsync(request, response);
        asyncTimeout = async.getTimeout();
        new Thread(() -> {
                    try {
                        enter(request);
                        print(request, response);
                    } catch (IOException e) {
                        // The client left: what matters is that the request ends all the same.
                    } finally {
                        async.complete();
                    }
                })
                .start();
    }

    private void enter(HttpServletRequest request) {
        inside.incrementAndGet();
        try {
            if (!door.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the door stayed shut");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        leaseHeld = request.getAttribute(BuyLockFilter.GRANT) instanceof Grant grant && grant.leaseHolds();
    }
}
