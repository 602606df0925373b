package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.RejectedException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter without a container. {@code testing/containers} runs it in each. */
class BuyLockFilterTest extends FilterOnFakes {

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
}
