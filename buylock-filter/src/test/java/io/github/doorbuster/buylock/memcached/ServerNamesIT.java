package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.doorbuster.buylock.Lease;
import io.github.doorbuster.buylock.LockStore;
import io.github.doorbuster.buylock.StoreStatus.State;
import io.github.doorbuster.testing.LogCapture;
import io.github.doorbuster.testing.MemcachedServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Servers whose names resolve differently, to another address than before, or not at all. */
class ServerNamesIT {

    private static final Duration TIMEOUT = Duration.ofMillis(250);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static MemcachedLockStore connect(String memcached, HostResolver resolver) {
        return MemcachedLockStore.connect(memcached, TIMEOUT, resolver, CommandSet.META_WITH_EXPLICIT_CAS);
    }

    private static InetAddress[] to(String number) throws UnknownHostException {
        return new InetAddress[] {InetAddress.getByName(number)};
    }

    private static String port(MemcachedServer server) {
        return server.address().substring(server.address().indexOf(':'));
    }

    private static <T> T get(CompletionStage<T> reply) throws Exception {
        return reply.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private static void awaitState(LockStore store, State state) {
        await().until(() -> store.status().state() == state);
    }

    @Test
    void nodesThatResolveNamesDifferentlyPlaceItemsAlike() throws Exception {
        try (MemcachedServer first = MemcachedServer.startOwn("-l", "127.0.0.2");
                MemcachedServer second = MemcachedServer.startOwn("-l", "127.0.0.2")) {
            String names = "cache-1" + port(first) + ",cache-2" + port(second);
            try (MemcachedLockStore one = connect(names, host -> to("127.0.0.1"));
                    MemcachedLockStore other = connect(names, host -> to("127.0.0.2"))) {
                List<CompletionStage<Boolean>> acquired = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    acquired.add(one.acquire(new Lease("buy/" + i, "one-" + i, LEASE)));
                }
                for (CompletionStage<Boolean> each : acquired) {
                    assertThat(get(each)).isTrue();
                }

                for (int i = 0; i < 1_000; i++) {
                    assertThat(get(other.acquire(new Lease("buy/" + i, "other-" + i, LEASE))))
                            .as("item %d", i)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aServerThatHasMovedIsFound() throws Exception {
        try (MemcachedServer before = MemcachedServer.startOwn();
                MemcachedServer after = MemcachedServer.startAt("127.0.0.2" + port(before))) {
            AtomicReference<String> address = new AtomicReference<>("127.0.0.1");
            try (MemcachedLockStore store = connect("cache" + port(before), host -> to(address.get()))) {
                Lease lease = new Lease("buy/42", "mine", LEASE);
                assertThat(get(store.acquire(lease))).isTrue();
                address.set("127.0.0.2");
                assertThat(after.command("get buy/42")).as("no loss, no move").containsExactly("END");
                before.kill();
                awaitState(store, State.DOWN);
                awaitState(store, State.UP);

                assertThat(get(store.release(lease))).isFalse();
                assertThat(get(store.acquire(lease))).isTrue();
                assertThat(after.command("get buy/42")).contains("mine");
                assertThat(store.status().servers()).containsOnlyKeys("cache" + port(before));
            }
        }
    }

    @Test
    void aNameThatDoesNotResolveIsAServerThatIsDown() throws Exception {
        try (MemcachedServer server = MemcachedServer.startOwn();
                LogCapture log = new LogCapture("io.github.doorbuster.buylock.memcached")) {
            AtomicReference<String> address = new AtomicReference<>();
            String names = "unknown" + port(server) + "," + server.address();
            HostResolver resolver = host -> {
                if (host.equals("unknown") && address.get() == null) {
                    throw new UnknownHostException(host);
                }
                return to("127.0.0.1");
            };
            try (MemcachedLockStore store = connect(names, resolver)) {
                assertThat(store.status().state()).isEqualTo(State.PARTIAL);
                assertThat(log.text())
                        .containsOnlyOnce("unknown" + port(server))
                        .contains("memcached unknown" + port(server) + " is DOWN: its name does not resolve");

                address.set("127.0.0.1");
                awaitState(store, State.UP);
            }
        }
    }

    @Test
    void aNameThatTakesLongToResolveDoesNotDelayTheOthers() throws Exception {
        try (MemcachedServer server = MemcachedServer.startOwn()) {
            CountDownLatch never = new CountDownLatch(1);
            HostResolver resolver = host -> {
                if (host.equals("slow")) {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new UnknownHostException(host);
                    }
                }
                return to("127.0.0.1");
            };
            try (MemcachedLockStore store = connect("slow:11211," + server.address(), resolver)) {
                assertThat(store.status().servers())
                        .containsEntry("slow:11211", State.DOWN)
                        .containsEntry(server.address(), State.UP);
            }
        }
    }
}
