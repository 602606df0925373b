package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.RejectedException;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.ArgumentCaptor;

/** The filter without a container. {@code testing/containers} runs it in each. */
class BuyLockFilterTest {

    private final ServletContext context = mock(ServletContext.class);
    private final AtomicInteger purchases = new AtomicInteger();
    private final FilterChain chain = (request, response) -> purchases.incrementAndGet();
    private String name = "buylock";
    private final List<BuyLockFilter> filters = new ArrayList<>();
    private final BuyLock lock = BuyLock.builder()
            .config(BuyLockConfig.builder().waitMillis(1_234).build())
            .store(new InMemoryLockStore())
            .build();

    @AfterEach
    void close() {
        filters.forEach(BuyLockFilter::destroy);
        lock.close();
    }

    private BuyLockFilter start(BuyLockFilter filter, Map<String, String> initParams) throws ServletException {
        FilterConfig config = mock(FilterConfig.class);
        when(config.getFilterName()).thenReturn(name);
        when(config.getServletContext()).thenReturn(context);
        when(config.getInitParameterNames()).thenReturn(Collections.enumeration(initParams.keySet()));
        initParams.forEach((key, value) -> when(config.getInitParameter(key)).thenReturn(value));
        filters.add(filter);
        filter.init(config);
        return filter;
    }

    private BuyLockFilter start(Map<String, String> initParams) throws ServletException {
        return start(new BuyLockFilter(), initParams);
    }

    private FakeExchange send(BuyLockFilter filter, FakeExchange exchange) throws Exception {
        filter.doFilter(exchange.request, exchange.response, chain);
        return exchange;
    }

    /** Sends a second purchase of the item while the first is in progress. */
    private FakeExchange sendWhileTaken(BuyLockFilter filter, FakeExchange second) throws Exception {
        FakeExchange first = FakeExchange.form("item_id=42");
        filter.doFilter(first.request, first.response, (request, response) -> {
            try {
                send(filter, second);
            } catch (Exception e) {
                throw new ServletException(e);
            }
        });
        return second;
    }

    @SuppressWarnings("unchecked")
    private BuyLockSnapshot section() {
        ArgumentCaptor<Object> section = ArgumentCaptor.forClass(Object.class);
        verify(context).setAttribute(eq("stats.buylock"), section.capture());
        return ((Supplier<BuyLockSnapshot>) section.getValue()).get();
    }

    @Test
    void aPurchaseRunsWithItsFormAndItsGrant() throws Exception {
        FakeExchange exchange = FakeExchange.form("item_id=42&who=J%C3%BCrgen+K");
        start(Map.of()).doFilter(exchange.request, exchange.response, (request, response) -> {
            assertThat(((Grant) request.getAttribute(BuyLockFilter.GRANT)).leaseHolds())
                    .isTrue();
            assertThat(request.getParameter("who")).isEqualTo("Jürgen K");
            assertThat(section().holding()).isEqualTo(1);
        });

        assertThat(section().granted()).isEqualTo(1);
        assertThat(section().items()).isZero();
    }

    @Test
    void aTakenItemGets503WithRetryAfter() throws Exception {
        FakeExchange second = sendWhileTaken(
                start(Map.of("waitMillis", "0", "retryAfterSeconds", "7")), FakeExchange.form("item_id=42"));

        assertThat(second.status()).isEqualTo(503);
        assertThat(second.header("Retry-After")).isEqualTo(7);
        assertThat(second.body())
                .isEqualTo(
                        "{\"error\":\"others are purchasing this item; try again in 7 s\",\"retry_after\":7,\"ahead\":0}");
        assertThat(purchases).hasValue(0);
        assertThat(section().rejected()).containsEntry(RejectedException.Reason.LOCKED, 1L);
    }

    @Test
    void withoutAsyncSupportATakenItemGets503AtOnceAndAWarning() throws Exception {
        FakeExchange second = FakeExchange.form("item_id=42");
        BuyLockFilter filter = start(Map.of("waitMillis", "600000"));
        List<String> log = logOf(PurchaseHandler.class, () -> sendWhileTaken(filter, second));

        assertThat(second.status()).isEqualTo(503);
        assertThat(log).hasSize(1).first().asString().startsWith("buylock cannot wait: ");
    }

    @ParameterizedTest
    @CsvSource({
        "'', no item id; send one in the form field item_id (application/x-www-form-urlencoded)",
        "item_id=, no item id;",
        "item_id=+, no item id;",
        "who=me, no item id;",
        "item_id=1&item_id=1, 2 item ids; send one item id",
        "item_id=a%0Ab, 'an item id with control characters, \\\"a?b\\\"'",
        "item_id=a%0A, an item id with control characters",
        "item_id=12345678901, 'an item id of 11 characters, \\\"12345678901\\\"; at most 10'",
        "item_id=%zz, the form cannot be decoded"
    })
    void aBadItemIdGets400(String form, String message) throws Exception {
        FakeExchange exchange = send(start(Map.of("maxItemIdLength", "10")), FakeExchange.form(form));

        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.body()).startsWith("{\"error\":\"" + message);
        assertThat(purchases).hasValue(0);
        assertThat(section().granted()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"42, 200", "0, 200", "042, 400", "42x, 400", "' 42 ', 200"})
    void anItemIdMustMatchThePattern(String id, int status) throws Exception {
        FakeExchange exchange = send(
                start(Map.of("itemIdPattern", "0|[1-9][0-9]*")), FakeExchange.form("item_id=" + id.replace(' ', '+')));

        assertThat(exchange.status()).isEqualTo(status);
        if (status == 400) {
            assertThat(exchange.body())
                    .isEqualTo("{\"error\":\"item id \\\"%s\\\"; an item id must match 0|[1-9][0-9]*\"}".formatted(id));
            assertThat(purchases).hasValue(0);
        }
    }

    @Test
    void aFullLineRejectsBeforeASlowBodyIsRead() throws Exception {
        BuyLockFilter filter = start(Map.of("maxWaiters", "1", "waitMillis", "60000", "itemId", "form:item_id"));
        FakeExchange first = FakeExchange.form("item_id=42");
        FakeExchange waiting = FakeExchange.form("item_id=42");
        when(waiting.request.isAsyncSupported()).thenReturn(true);
        AsyncContext async = mock(AsyncContext.class);
        when(async.getResponse()).thenReturn(waiting.response);
        when(waiting.request.startAsync(any(), any())).thenReturn(async);
        FakeExchange slow = FakeExchange.form("");
        when(slow.request.getContentLengthLong()).thenReturn(10L);
        FakeExchange arrived = FakeExchange.form("item_id=43");
        when(arrived.request.getContentLengthLong()).thenReturn(10L);
        filter.doFilter(first.request, first.response, (request, response) -> {
            try {
                send(filter, waiting);
                send(filter, slow);
                send(filter, arrived);
            } catch (Exception e) {
                throw new ServletException(e);
            }
        });

        assertThat(slow.status()).isEqualTo(503);
        assertThat(slow.body()).contains("too many purchases are waiting");
        verify(slow.response).setHeader("Connection", "close");
        assertThat(arrived.status()).isEqualTo(200);
        assertThat(section().rejected()).containsEntry(RejectedException.Reason.TOO_MANY_WAITERS, 1L);
    }

    @Test
    void eachOfTwoFiltersLocksAndHasItsOwnSection() throws Exception {
        BuyLockFilter perUser = start(Map.of("itemId", "header:user", "waitMillis", "0"));
        when(context.getAttribute("stats.buylock")).thenReturn("taken");
        name = "per-item";
        BuyLockFilter perItem = start(Map.of("waitMillis", "0"));
        FakeExchange exchange = FakeExchange.form("item_id=42");
        when(exchange.request.getHeaders("user")).thenAnswer(call -> Collections.enumeration(List.of("me")));
        FakeExchange sameItem = FakeExchange.form("item_id=42");
        when(sameItem.request.getHeaders("user")).thenAnswer(call -> Collections.enumeration(List.of("you")));
        perUser.doFilter(
                exchange.request,
                exchange.response,
                (request, response) -> perItem.doFilter(request, response, (inner, innerResponse) -> {
                    Grant user = (Grant) inner.getAttribute(BuyLockFilter.GRANT + ".buylock");
                    Grant item = (Grant) inner.getAttribute(BuyLockFilter.GRANT);
                    assertThat(inner.getAttribute(BuyLockFilter.GRANT + ".per-item"))
                            .isSameAs(item);
                    assertThat(user.itemId()).isEqualTo("me");
                    assertThat(item.itemId()).isEqualTo("42");
                    perUser.doFilter(
                            sameItem.request,
                            sameItem.response,
                            (second, secondResponse) -> perItem.doFilter(second, secondResponse, chain));
                    purchases.incrementAndGet();
                }));

        assertThat(purchases).hasValue(1);
        assertThat(sameItem.status()).isEqualTo(503);
        verify(context).setAttribute(eq("stats.buylock"), any());
        verify(context).setAttribute(eq("stats.buylock.per-item"), any());
    }

    @Test
    void twoFiltersOfOneNameStopTheStart() throws Exception {
        when(context.getAttribute(any())).thenReturn("taken");

        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(ServletException.class)
                .hasMessageStartingWith("filter-name buylock: another purchase lock");
    }

    @Test
    void anErrorShowsAnExcerptOfTheItemId() throws Exception {
        FakeExchange exchange = send(start(Map.of()), FakeExchange.form("item_id=" + "x".repeat(10_000)));

        assertThat(exchange.body()).contains("an item id of 10000 characters").hasSizeLessThan(250);
    }

    @ParameterizedTest
    @CsvSource({"1000, 200", "1001, 413"})
    void aBodyThatIsTooLongGets413(int length, int status) throws Exception {
        BuyLockFilter filter = start(Map.of("maxBodyBytes", "1000"));
        String body = "item_id=42&x=" + "y".repeat(length - 13);
        FakeExchange withLength = FakeExchange.form(body);
        when(withLength.request.getContentLengthLong()).thenReturn((long) length);

        assertThat(send(filter, withLength).status()).isEqualTo(status);
        assertThat(send(filter, FakeExchange.form(body)).status()).isEqualTo(status);
    }

    @Test
    void aJsonBodyIsLockedByItsFieldAndStaysReadable() throws Exception {
        String body = "{\"order\": {\"item_id\": 42}}";
        FakeExchange exchange = new FakeExchange("application/json", body);
        start(Map.of("itemId", "json:order.item_id"))
                .doFilter(exchange.request, exchange.response, (request, response) -> {
                    assertThat(((Grant) request.getAttribute(BuyLockFilter.GRANT)).itemId())
                            .isEqualTo("42");
                    assertThat(request.getReader().readLine()).isEqualTo(body);
                    purchases.incrementAndGet();
                });

        assertThat(purchases).hasValue(1);
    }

    @Test
    void otherMethodsPass() throws Exception {
        FakeExchange exchange = FakeExchange.form("");
        when(exchange.request.getMethod()).thenReturn("GET");
        send(start(Map.of()), exchange);

        assertThat(purchases).hasValue(1);
        assertThat(section().granted()).isZero();
    }

    @Test
    void destroyRemovesTheSectionAndLeavesAGivenLockOpen() throws Exception {
        start(new BuyLockFilter(lock), Map.of()).destroy();

        verify(context).removeAttribute("stats.buylock");
        assertThat(lock.tryAcquire("42")).isCompleted();
        lock.tryAcquire("42").thenAccept(Grant::close);
    }

    @Test
    void aPurchaseAnsweredWithASoldOutStatusClosesItsItem() throws Exception {
        BuyLockFilter filter = start(Map.of("soldOutStatus", "410,409"));
        FakeExchange bought = send(filter, FakeExchange.form("item_id=42"));
        FakeExchange last = FakeExchange.form("item_id=42");
        filter.doFilter(last.request, last.response, (request, response) -> {
            purchases.incrementAndGet();
            ((HttpServletResponse) response).setStatus(409);
        });

        FakeExchange late = send(filter, FakeExchange.form("item_id=42"));

        assertThat(bought.status()).isEqualTo(200);
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.body()).isEqualTo("{\"error\":\"item 42 is sold out\"}");
        assertThat(late.header("Retry-After")).isNull();
        assertThat(purchases).hasValue(2);
        assertThat(section().soldOut()).isEqualTo(1);
        assertThat(section().requests()).isEqualTo(3);
        assertThat(section().closedItems()).isEqualTo(1);
    }

    @Test
    void aPurchaseThatThrowsDoesNotCloseItsItem() throws Exception {
        BuyLockFilter filter = start(Map.of("soldOutStatus", "409"));
        FakeExchange failed = FakeExchange.form("item_id=42");
        assertThatThrownBy(() -> filter.doFilter(failed.request, failed.response, (request, response) -> {
                    ((HttpServletResponse) response).setStatus(409);
                    throw new ServletException("rolled back");
                }))
                .hasMessage("rolled back");

        assertThat(send(filter, FakeExchange.form("item_id=42")).status()).isEqualTo(200);
        assertThat(section().closedItems()).isZero();
    }

    @Test
    void withoutSoldOutStatusNoStatusClosesAnItem() throws Exception {
        BuyLockFilter filter = start(Map.of());
        FakeExchange conflict = FakeExchange.form("item_id=42");
        filter.doFilter(
                conflict.request,
                conflict.response,
                (request, response) -> ((HttpServletResponse) response).setStatus(409));

        assertThat(send(filter, FakeExchange.form("item_id=42")).status()).isEqualTo(200);
    }

    @Test
    void aSecondClickOfABuyerWhosePurchaseRunsGets409() throws Exception {
        BuyLockFilter filter = start(Map.of("buyer", "header:X-User"));
        FakeExchange first = ofJane();
        FakeExchange second = ofJane();
        filter.doFilter(first.request, first.response, (request, response) -> {
            try {
                send(filter, second);
            } catch (Exception e) {
                throw new ServletException(e);
            }
        });

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body())
                .isEqualTo("{\"error\":\"your purchase of item 42 is waiting or in progress already\"}");
        assertThat(section().rejected()).containsEntry(RejectedException.Reason.DUPLICATE, 1L);
        assertThat(send(filter, ofJane()).status()).isEqualTo(200);
    }

    private static FakeExchange ofJane() throws Exception {
        FakeExchange exchange = FakeExchange.form("item_id=42");
        when(exchange.request.getHeader("X-User")).thenReturn("jane");
        return exchange;
    }

    @ParameterizedTest
    @CsvSource({"ACCEPT, 200", "REJECT, 403"})
    void aPurchaseWithoutABuyerIsAcceptedOrRejected(String policy, int status) throws Exception {
        BuyLockFilter filter = start(Map.of("buyer", "principal", "anonymousBuyers", policy));

        assertThat(send(filter, FakeExchange.form("item_id=42")).status()).isEqualTo(status);
        assertThat(section().requests()).isEqualTo(1);
    }

    @Test
    void aGivenConfigAppliesUnlessAnInitParamOverridesIt() throws Exception {
        BuyLockFilterConfig config = BuyLockFilterConfig.builder()
                .itemId("query:id")
                .retryAfterSeconds(7)
                .ticketSecret("0123456789abcdef0123456789abcdef")
                .build();
        List<String> log = logOf(
                BuyLockFilter.class,
                () -> start(new BuyLockFilter(lock, config), Map.of("retryAfterSeconds", "9", "methods", "PUT")));

        assertThat(log)
                .containsExactly(
                        "buylock is on with BuyLockConfig[leaseSeconds=10, waitMillis=1234, permits=1,"
                                + " maxHoldSeconds=60, handOvers=100, turnMillis=100, pollMillis=10, maxWaiters=10000, maxWaitersPerItem=1000, whenStoreFails=LOCAL, keyPrefix=buy/,"
                                + " soldOutSeconds=3, rejectHopeless=true, maxItemsPerBuyer=10, maxPurchases=0, standbyThreads=32, standbyMillis=50]"
                                + " and BuyLockFilterConfig[methods=PUT, itemId=query:id, itemIdPattern=, maxItemIdLength=256,"
                                + " maxBodyBytes=16384, retryAfterSeconds=9, soldOutStatus=, buyer=,"
                                + " anonymousBuyers=ACCEPT, ticketSecret=***, ticketSeconds=600, ticketSecure=true, waitOn=AUTO]");
    }

    @ParameterizedTest
    @CsvSource({"memcached, 127.0.0.1:11211", "storeTimeoutMillis, 100", "leaseSeconds, 10"})
    void withAGivenLockASettingOfTheLockIsRejected(String key, String value) {
        assertThatThrownBy(() -> start(new BuyLockFilter(lock), Map.of(key, value)))
                .isInstanceOf(ServletException.class)
                .hasMessage("init-param " + key + ": no such key; the keys are"
                        + " anonymousBuyers, buyer, itemId, itemIdPattern, maxBodyBytes, maxItemIdLength, methods,"
                        + " retryAfterSeconds, soldOutStatus, ticketSeconds, ticketSecret, ticketSecure, waitOn");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "soldOutStatus | sold | =sold: must be HTTP statuses, separated by commas",
                "soldOutSeconds | 0 | =0: must be between 1 and 3600",
                "leaseSeconds | 2 | =2: must be between 3 and 86400; memcached counts",
                "leaseSeconds | soon | =soon: must be a whole number",
                "lease | 5 | : no such key; the keys are anonymousBuyers, buyer, handOvers,",
                "whenStoreFails | PANIC | =PANIC: must be one of [LOCAL, REJECT, ALLOW]",
                "memcached | nowhere | =nowhere: must be host:port",
                "storeTimeoutMillis | 9 | =9: must be between 10 and 10000",
                "itemId | cookie:x | =cookie:x: must be form:name",
                "itemIdPattern | [0-9 | =[0-9: must be a regular expression"
            })
    void aBadInitParamStopsTheStart(String key, String value, String message) {
        assertThatThrownBy(() -> start(Map.of(key, value)))
                .isInstanceOf(ServletException.class)
                .hasMessageStartingWith("init-param " + key + message);
        verify(context, never()).setAttribute(any(), any());
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Returns the messages that a class logs during an action. */
    private static List<String> logOf(Class<?> type, Action action) throws Exception {
        List<String> messages = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord message) {
                messages.add(new SimpleFormatter().formatMessage(message));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(type.getName());
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
        }
        return messages;
    }
}
