package io.github.doorbuster.buylock.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.Grant;
import io.github.doorbuster.buylock.memcached.MemcachedLockStore;
import io.github.doorbuster.testing.MemcachedServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.LocalConnector.LocalEndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;

/** A crowd for one item on 8 container threads; connections in memory, so that no limit on files gets in the way. */
class TenThousandWaitersIT {

    private static final int CROWD = 10_000;
    private static final int MOST_BYTES_PER_WAITER = 64 * 1024;
    private static final String REQUEST = "POST /buy HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nitem_id=42";

    private static final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("bought");
        }
    }

    @Test
    void allWaitWithoutAThreadAndAllAreAnswered() throws Exception {
        BuyLockConfig config = BuyLockConfig.builder()
                .maxWaiters(CROWD)
                .maxWaitersPerItem(CROWD)
                .waitMillis(120_000)
                .build();
        try (MemcachedServer memcached = MemcachedServer.start();
                MemcachedLockStore store = MemcachedLockStore.connect(memcached.address());
                BuyLock lock = new BuyLock(config, store)) {
            QueuedThreadPool threads = new QueuedThreadPool(8);
            Server server = new Server(threads);
            LocalConnector connector = new LocalConnector(server);
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler();
            FilterHolder filter = new FilterHolder(new BuyLockFilter(lock));
            filter.setAsyncSupported(true);
            context.addFilter(filter, "/buy", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
            context.addServlet(new ServletHolder(new Shop()), "/buy");
            server.setHandler(context);
            server.start();
            try {
                Grant first = lock.acquire("42").get(5, TimeUnit.SECONDS);
                long before = usedBytes();
                List<LocalEndPoint> crowd = new ArrayList<>();
                for (int i = 0; i < CROWD; i++) {
                    crowd.add(connector.executeRequest(REQUEST));
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> lock.snapshot().waiting() == CROWD);
                await().until(() -> threads.getQueueSize() == 0);
                long perWaiter = (usedBytes() - before) / CROWD;
                System.out.printf("%d waiters, %d bytes each with their connections%n", CROWD, perWaiter);
                first.close();

                for (LocalEndPoint buyer : crowd) {
                    assertThat(buyer.getResponse(false, 30, TimeUnit.SECONDS))
                            .startsWith("HTTP/1.1 200")
                            .endsWith("bought");
                }
                assertThat(perWaiter).isLessThan(MOST_BYTES_PER_WAITER);
                assertThat(lock.snapshot().waited()).isEqualTo(CROWD);
                await().untilAsserted(() ->
                        assertThat(memcached.command("get buy/42")).isEqualTo(List.of("END")));
            } finally {
                server.stop();
            }
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
