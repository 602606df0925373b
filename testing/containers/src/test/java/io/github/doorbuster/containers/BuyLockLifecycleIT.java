package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.MemcachedServer;
import io.github.doorbuster.testing.RawHttpClient;
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
import java.util.TreeMap;
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

/** The lock is released once and its key is gone, whatever the application does and whenever the client disconnects. */
@OnEveryContainer
class BuyLockLifecycleIT {

    private static final String FORM = "item_id=42&note=caf%C3%A9+%26+more&empty=&note=again";
    private static final int OWN_TIMEOUT_MILLIS = 300;

    private static MemcachedServer memcached;
    private static MemcachedLockStore store;

    private final ContainerVersion version;
    private final ServletContainer container;
    private final BuyLock lock = BuyLock.builder().store(store).build();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean leaseHeld;
    private final AtomicInteger passes = new AtomicInteger();
    private volatile long asyncTimeout;

    BuyLockLifecycleIT(ContainerVersion version) {
        this.version = version;
        this.container = version.running();
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
        mayEnd.countDown();
        container.undeploy();
        lock.close();
    }

    enum Client {
        STAYS,
        DISCONNECTS_WHILE_WAITING,
        DISCONNECTS_WHILE_BUYING
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

        /** Jetty adds the parameters of the query a second time when a request that a filter wrapped is dispatched. */
        String query() {
            return this == DISPATCHES_AGAIN ? "" : "?from=test";
        }
    }

    static Stream<Arguments> matrix() {
        return Arrays.stream(Downstream.values())
                .flatMap(downstream -> Arrays.stream(Client.values()).map(client -> Arguments.of(downstream, client)));
    }

    @ParameterizedTest(name = "application {0}, client {1}")
    @MethodSource("matrix")
    void releasesTheLockOnce(Downstream downstream, Client client) throws Exception {
        container.deploy(context -> deploy(context, downstream));
        if (client != Client.DISCONNECTS_WHILE_BUYING) {
            mayEnd.countDown();
        }
        Grant before = lock.acquire("42").get(60, TimeUnit.SECONDS);
        try (RawHttpClient connection = RawHttpClient.connect(container.uri())) {
            connection.sendForm("/buy" + downstream.query(), FORM);
            await().until(() -> lock.snapshot().waiting() == 1);
            if (client == Client.DISCONNECTS_WHILE_WAITING) {
                connection.reset();
            }
            before.close();
            if (client == Client.DISCONNECTS_WHILE_BUYING) {
                await().until(() -> inside.get() == 1);
                connection.reset();
                mayEnd.countDown();
            }
            if (client == Client.STAYS) {
                HttpReply answer = connection.readReply();
                assertThat(answer.status()).isEqualTo(expectedStatus(downstream));
                assertThat(leaseHeld).isTrue();
                int ownDispatches = downstream == Downstream.DISPATCHES_AGAIN ? 1 : 0;
                assertThat(passes.get() - ownDispatches)
                        .as("dispatches through a filter in front")
                        .isEqualTo(waitsInPlace() ? 1 : 2);
                if (downstream.status == 200) {
                    assertThat(answer.text())
                            .contains("42")
                            .isEqualTo(RawHttpClient.postForm(container.uri(), "/plain" + downstream.query(), FORM)
                                    .text());
                }
            }
        }

        await().until(() -> lock.snapshot().items() == 0);
        assertThat(lock.snapshot().granted()).isEqualTo(2);
        assertThat(lock.snapshot().holding()).isZero();
        assertThat(lock.snapshot().leaseLost()).isZero();
        assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END"));
        try (Grant next = lock.tryAcquire("42").get(60, TimeUnit.SECONDS)) {
            assertThat(next.leaseHolds()).isTrue();
        }
    }

    @ParameterizedTest(name = "waitMillis={0}")
    @ValueSource(ints = {5_000, 60_000})
    void theApplicationKeepsItsAsyncTimeout(int waitMillis) throws Exception {
        try (BuyLock other = BuyLock.builder()
                .config(BuyLockConfig.builder().waitMillis(waitMillis).build())
                .store(store)
                .build()) {
            mayEnd.countDown();
            container.deploy(context -> {
                filter(context, newFilter(other));
                Servlets.servlet(context, "/buy", this::completesLater);
                Servlets.servlet(context, "/plain", this::completesLater);
            });
            RawHttpClient.postForm(container.uri(), "/plain", FORM);
            long plain = asyncTimeout;
            asyncTimeout = -1;
            Grant before = other.acquire("42").get(60, TimeUnit.SECONDS);
            try (RawHttpClient connection = RawHttpClient.connect(container.uri())) {
                connection.sendForm("/buy", FORM);
                await().until(() -> other.snapshot().waiting() == 1);
                before.close();
                assertThat(connection.readReply().status()).isEqualTo(200);
            }
            assertThat(asyncTimeout).isEqualTo(plain);
        }
    }

    /** Tomcat closes the connection without a response if the thread that started asynchronous mode throws. */
    private int expectedStatus(Downstream downstream) {
        return version.isTomcat() && downstream == Downstream.THROWS_AFTER_ASYNC_START ? 0 : downstream.status;
    }

    @Test
    void anEarlierFilterMayReadTheParameters() throws Exception {
        mayEnd.countDown();
        container.deploy(context -> {
            Filter reading = (request, response, chain) -> {
                request.getParameter("item_id");
                chain.doFilter(request, response);
            };
            Servlets.filter(context, "before", reading, EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
            deploy(context, Downstream.READS_PARAMETERS);
        });
        Grant before = lock.acquire("42").get(60, TimeUnit.SECONDS);
        try (RawHttpClient connection = RawHttpClient.connect(container.uri())) {
            connection.sendForm("/buy", FORM);
            await().until(() -> lock.snapshot().waiting() == 1);
            before.close();
            HttpReply answer = connection.readReply();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("empty=[] item_id=[42] note=[café & more, again] ");
        }
    }

    private void deploy(ServletContext context, Downstream downstream) {
        // Without it, Tomcat 10.1 reads forms as Latin-1, as Servlet 6.0 says. Servlet 6.1 says UTF-8.
        context.setRequestCharacterEncoding("UTF-8");
        Filter inFront = (request, response, chain) -> {
            if (((HttpServletRequest) request).getServletPath().equals("/buy")) {
                passes.incrementAndGet();
            }
            chain.doFilter(request, response);
        };
        Servlets.filter(context, "in-front", inFront, EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        filter(context, newFilter(lock));
        Servlets.Service service = switch (downstream) {
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
                    request.startAsync().setTimeout(OWN_TIMEOUT_MILLIS); // some containers respond only after it
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
        Servlets.servlet(context, "/buy", Servlets.serving(service), Map.of())
                .setAsyncSupported(downstream != Downstream.IS_NOT_ASYNC);
        Servlets.servlet(context, "/plain", service);
    }

    private void filter(ServletContext context, BuyLockFilter filter) {
        Servlets.filter(context, "buylock", filter, Map.of(), dispatches(), "/buy");
    }

    BuyLockFilter newFilter(BuyLock with) {
        return new BuyLockFilter(with);
    }

    /** Whether a purchase waits on its thread, and goes on in the same call. */
    boolean waitsInPlace() {
        return ServletContainer.VIRTUAL_THREADS && version != ContainerVersion.UNDERTOW_2_3;
    }

    EnumSet<DispatcherType> dispatches() {
        return EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC);
    }

    private void readsParameters(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(request);
        print(request, response);
    }

    private static void print(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setCharacterEncoding("UTF-8");
        for (Map.Entry<String, String[]> parameter : new TreeMap<>(request.getParameterMap()).entrySet()) {
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
                        // The client has disconnected.
                    } finally {
                        async.complete();
                    }
                })
                .start();
    }

    private void enter(HttpServletRequest request) {
        inside.incrementAndGet();
        Latches.await(mayEnd);
        leaseHeld = request.getAttribute(BuyLockFilter.GRANT) instanceof Grant grant && grant.leaseHolds();
    }
}
