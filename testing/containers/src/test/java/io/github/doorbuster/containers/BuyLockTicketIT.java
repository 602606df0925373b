package io.github.doorbuster.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.BuyLock;
import io.github.doorbuster.buylock.BuyLockConfig;
import io.github.doorbuster.buylock.memory.InMemoryLockStore;
import io.github.doorbuster.buylock.servlet.BuyLockFilter;
import io.github.doorbuster.testing.HttpReply;
import io.github.doorbuster.testing.HttpTestClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A buyer who is sent away with 503 keeps the place by a cookie. */
@OnEveryContainer
class BuyLockTicketIT {

    private final ServletContainer container;
    private final BuyLock lock = BuyLock.builder()
            .config(BuyLockConfig.builder()
                    .maxWaitersPerItem(1)
                    .waitMillis(60_000)
                    .build())
            .store(new InMemoryLockStore())
            .build();
    private final Semaphore mayEnd = new Semaphore(0);
    private final List<String> bought = new CopyOnWriteArrayList<>();

    BuyLockTicketIT(ContainerVersion version) {
        container = version.running();
    }

    @AfterEach
    void undeploy() {
        mayEnd.release(100);
        container.undeploy();
        lock.close();
    }

    @Test
    void aBuyerWhoIsSentAwayComesBackInFrontOfThoseWhoCameLater() throws Exception {
        container.deploy(context -> {
            Servlets.purchaseFilter(
                    context,
                    new BuyLockFilter(lock),
                    Map.of("ticketSecret", "0123456789abcdef0123456789abcdef", "ticketSecure", "false"));
            Servlets.servlet(context, "/buy", (request, response) -> {
                bought.add(request.getParameter("who"));
                mayEnd.acquireUninterruptibly();
            });
        });
        CompletableFuture<HttpReply> first = buy("first", "");
        await().until(() -> bought.contains("first"));
        CompletableFuture<HttpReply> second = buy("second", "");
        await().until(() -> lock.snapshot().waiting() == 1);
        HttpReply sentAway = join(buy("third", ""));
        assertThat(sentAway.status()).isEqualTo(503);
        String cookie = sentAway.header("Set-Cookie");
        assertThat(cookie).matches("buylock-[0-9a-f]{16}=1\\.[^;]+; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
        String ticket = cookie.substring(0, cookie.indexOf(';'));

        mayEnd.release();
        await().until(() -> bought.contains("second"));
        CompletableFuture<HttpReply> fourth = buy("fourth", "");
        await().until(() -> lock.snapshot().waiting() == 1);
        CompletableFuture<HttpReply> third = buy("third", ticket);
        HttpReply displaced = join(fourth);
        mayEnd.release(2);

        assertThat(displaced.status()).isEqualTo(503);
        assertThat(displaced.text()).contains("buyers who came earlier are back");
        assertThat(displaced.header("Set-Cookie")).startsWith("buylock-");
        HttpReply served = join(third);
        assertThat(served.status()).isEqualTo(200);
        assertThat(served.header("Set-Cookie"))
                .startsWith(ticket.substring(0, ticket.indexOf('=')) + "=; Path=/; Max-Age=0;");
        assertThat(join(first).status()).isEqualTo(200);
        assertThat(join(second).status()).isEqualTo(200);
        assertThat(bought).containsExactly("first", "second", "third");
    }

    private static HttpReply join(CompletableFuture<HttpReply> reply) throws Exception {
        return reply.get(60, TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpReply> buy(String who, String ticket) {
        Map<String, String> headers = ticket.isEmpty()
                ? Map.of("Content-Type", HttpTestClient.FORM)
                : Map.of("Content-Type", HttpTestClient.FORM, "Cookie", ticket);
        return new HttpTestClient(container.uri()).sendAsync("POST", "/buy", headers, "item_id=42&who=" + who);
    }
}
