package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.doorbuster.pvpool.Slot.Counter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotTest {

    private final Slot slot = new Slot();

    @Test
    void takenEmptyMapStaysEmpty() {
        Map<String, Counter> taken = slot.take();
        slot.fold(List.of("a"));
        assertThat(taken).isEmpty();
        assertThat(slot.take()).containsOnlyKeys("a");
    }

    @Test
    void takenMapDoesNotChange() {
        slot.fold(List.of("a", "a"));
        Map<String, Counter> taken = slot.take();
        slot.fold(List.of("a", "b"));
        assertThat(taken).containsOnlyKeys("a");
        assertThat(taken.get("a").views).isEqualTo(2);
        assertThat(slot.take()).containsOnlyKeys("a", "b");
    }
}
