package io.github.doorbuster.buylock.servlet;

import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.BuyLockSnapshot;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
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
import org.mockito.ArgumentCaptor;

/** A filter without a container. */
abstract class FilterOnFakes {

    final ServletContext context = mock(ServletContext.class);
    final AtomicInteger purchases = new AtomicInteger();
    final FilterChain chain = (request, response) -> purchases.incrementAndGet();
    String name = "buylock";
    final List<BuyLockFilter> filters = new ArrayList<>();
    final BuyLock lock = BuyLock.builder()
            .config(BuyLockConfig.builder().waitMillis(1_234).build())
            .store(new InMemoryLockStore())
            .build();

    @AfterEach
    void close() {
        filters.forEach(BuyLockFilter::destroy);
        lock.close();
    }

    BuyLockFilter start(BuyLockFilter filter, Map<String, String> initParams) throws ServletException {
        FilterConfig config = mock(FilterConfig.class);
        when(config.getFilterName()).thenReturn(name);
        when(config.getServletContext()).thenReturn(context);
        when(config.getInitParameterNames()).thenReturn(Collections.enumeration(initParams.keySet()));
        initParams.forEach((key, value) -> when(config.getInitParameter(key)).thenReturn(value));
        filters.add(filter);
        filter.init(config);
        return filter;
    }

    BuyLockFilter start(Map<String, String> initParams) throws ServletException {
        return start(new BuyLockFilter(), initParams);
    }

    FakeExchange send(BuyLockFilter filter, FakeExchange exchange) throws Exception {
        filter.doFilter(exchange.request, exchange.response, chain);
        return exchange;
    }

    /** Sends a second purchase of the item while the first is in progress. */
    FakeExchange sendWhileTaken(BuyLockFilter filter, FakeExchange second) throws Exception {
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
    BuyLockSnapshot section() {
        ArgumentCaptor<Object> section = ArgumentCaptor.forClass(Object.class);
        verify(context).setAttribute(eq("stats.buylock"), section.capture());
        return ((Supplier<BuyLockSnapshot>) section.getValue()).get();
    }

    interface Action {
        void run() throws Exception;
    }

    /** Returns the messages that a class logs on this thread during an action; other tests log on theirs. */
    static List<String> logOf(Class<?> type, Action action) throws Exception {
        Thread thisThread = Thread.currentThread();
        List<String> messages = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord message) {
                if (Thread.currentThread() == thisThread) {
                    messages.add(new SimpleFormatter().formatMessage(message));
                }
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
