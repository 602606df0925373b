package io.github.doorbuster.buylock.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaNodeLocator;
import net.spy.memcached.MemcachedNode;
import org.junit.jupiter.api.Test;

class ContinuumTest {

    private static final int ITEMS = 1_000;

    @Test
    void placesItemsAsTheClientsOwnLocatorDoesByAddress() {
        List<ServerName> names = ServerName.parse("10.0.0.5:11211,10.0.0.6:11211,10.0.0.7:11212");
        List<MemcachedNode> nodes = new ArrayList<>();
        for (ServerName name : names) {
            MemcachedNode node = mock();
            when(node.getSocketAddress()).thenReturn(new InetSocketAddress(name.host(), name.port()));
            nodes.add(node);
        }
        KetamaNodeLocator locator = new KetamaNodeLocator(nodes, DefaultHashAlgorithm.KETAMA_HASH);
        Continuum continuum = new Continuum(names);

        for (int i = 0; i < ITEMS; i++) {
            assertThat(nodes.get(continuum.serverOf("buy/" + i))).isSameAs(locator.getPrimary("buy/" + i));
        }
    }

    @Test
    void theOrderOfTheServersDoesNotMatter() {
        List<ServerName> names = ServerName.parse("cache-1:11211,cache-2:11211,cache-3:11211");
        List<ServerName> reversed = ServerName.parse("cache-3:11211,cache-2:11211,cache-1:11211");
        Continuum one = new Continuum(names);
        Continuum other = new Continuum(reversed);

        for (int i = 0; i < ITEMS; i++) {
            assertThat(reversed.get(other.serverOf("buy/" + i))).isEqualTo(names.get(one.serverOf("buy/" + i)));
        }
    }

    @Test
    void everyServerHasItsShare() {
        Continuum continuum = new Continuum(ServerName.parse("a:1,b:1,c:1,d:1"));
        int[] items = new int[4];
        for (int i = 0; i < ITEMS; i++) {
            items[continuum.serverOf("buy/" + i)]++;
        }

        assertThat(Arrays.stream(items).boxed()).allMatch(share -> share >= 150 && share <= 350);
    }
}
