package io.github.doorbuster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemcachedServerIT {

    @Test
    void answersCommandsUpToTheirLastLine() {
        try (MemcachedServer memcached = MemcachedServer.startOwn()) {
            assertThat(memcached.command("add k 0 0 5\r\nvalue")).containsExactly("STORED");
            assertThat(memcached.command("add k 0 0 1\r\nx")).containsExactly("NOT_STORED");
            assertThat(memcached.command("get k")).containsExactly("VALUE k 0 5", "value", "END");
            assertThat(memcached.command("get missing")).containsExactly("END");
            assertThat(memcached.command("stats")).hasSizeGreaterThan(10).last().isEqualTo("END");
            assertThat(memcached.command("nonsense")).containsExactly("ERROR");
        }
    }

    @Test
    void takesMoreArguments() {
        try (MemcachedServer memcached = MemcachedServer.startOwn("-m", "17")) {
            assertThat(memcached.command("stats settings")).contains("STAT maxbytes " + 17 * 1024 * 1024);
        }
    }

    @Test
    void aStoppedServerAnswersOnlyOnceItGoesOn() throws Exception {
        try (MemcachedServer memcached = MemcachedServer.startOwn()) {
            memcached.stop();
            CompletableFuture<?> answer = CompletableFuture.supplyAsync(() -> memcached.command("version"));
            assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            memcached.cont();
            assertThat(answer.get(5, TimeUnit.SECONDS)).asString().contains("VERSION");
        }
    }

    @Test
    void aKilledServerRefusesAndComesBackEmptyOnTheSamePort() {
        try (MemcachedServer memcached = MemcachedServer.startOwn()) {
            String address = memcached.address();
            memcached.command("set k 0 0 1\r\nx");
            memcached.kill();
            assertThatThrownBy(() -> memcached.command("version")).isInstanceOf(UncheckedIOException.class);
            memcached.restart();
            assertThat(memcached.address()).isEqualTo(address);
            assertThat(memcached.command("get k")).containsExactly("END");
        }
    }

    @Test
    void aStoppedServerCanBeRestarted() {
        try (MemcachedServer memcached = MemcachedServer.startOwn()) {
            memcached.stop();
            memcached.restart();
            assertThat(memcached.command("version").get(0)).startsWith("VERSION");
        }
    }

    @Test
    void aGivenServerIsUsedButNeverStopped() {
        try (MemcachedServer own = MemcachedServer.startOwn()) {
            try (MemcachedServer given = MemcachedServer.startUnlessGiven(own.address())) {
                assertThat(given.address()).isEqualTo(own.address());
                assertThatThrownBy(given::stop).hasMessageContaining("MEMCACHED_ADDR");
                assertThatThrownBy(given::kill).hasMessageContaining("MEMCACHED_ADDR");
                assertThatThrownBy(given::restart).hasMessageContaining("MEMCACHED_ADDR");
            }
            assertThat(own.command("version").get(0)).startsWith("VERSION");
        }
    }

    @Test
    void aServerThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> MemcachedServer.startOwn("--no-such-option"))
                .hasMessageContaining("memcached ended with status")
                .hasMessageContaining("no-such-option");
    }
}
