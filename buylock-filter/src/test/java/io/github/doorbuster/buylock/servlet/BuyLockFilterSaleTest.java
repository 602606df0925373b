package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.RejectedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items that are sold out, and buyers, in the filter. */
class BuyLockFilterSaleTest extends FilterOnFakes {

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
}
