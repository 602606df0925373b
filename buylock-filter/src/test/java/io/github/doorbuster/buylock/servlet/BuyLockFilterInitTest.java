package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.Grant;
import jakarta.servlet.ServletException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the filter accepts when it starts. */
class BuyLockFilterInitTest extends FilterOnFakes {

    @Test
    void twoFiltersOfOneNameStopTheStart() throws Exception {
        when(context.getAttribute(any())).thenReturn("taken");

        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(ServletException.class)
                .hasMessageStartingWith("filter-name buylock: another purchase lock");
    }

    @Test
    void destroyRemovesTheSectionAndLeavesAGivenLockOpen() throws Exception {
        start(new BuyLockFilter(lock), Map.of()).destroy();

        verify(context).removeAttribute("stats.buylock");
        assertThat(lock.tryAcquire("42")).isCompleted();
        lock.tryAcquire("42").thenAccept(Grant::close);
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
                                + " maxHoldSeconds=60, handOvers=100, turnMillis=200, pollMillis=10, maxWaiters=10000, maxWaitersPerItem=1000, whenStoreFails=LOCAL, keyPrefix=buy/,"
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
}
