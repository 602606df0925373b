package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ItemKeyTest {

    @Test
    void aPlainIdIsTheKey() {
        assertThat(ItemKey.of("buy/", "42")).isEqualTo("buy/42");
        assertThat(ItemKey.of("buy/", "m2-red~XL")).isEqualTo("buy/m2-red~XL");
    }

    @Test
    void otherIdsAreHashed() {
        List<String> ids =
                List.of("a b", "a\tb", "é", "\uD83D\uDE00", "a|b", "#a", "x".repeat(101), "x".repeat(100_000));
        Set<String> keys = new HashSet<>();
        for (String id : ids) {
            String key = ItemKey.of("buy/", id);
            assertThat(key).matches("buy/#[0-9a-f]{64}");
            keys.add(key);
        }
        assertThat(keys).hasSameSizeAs(ids);
    }

    @Test
    void noIdEqualsTheHashOfAnother() {
        String hashed = ItemKey.of("buy/", "a b");

        assertThat(ItemKey.of("buy/", hashed.substring("buy/".length()))).isNotEqualTo(hashed);
    }

    @Test
    void theLongestKeyLeavesRoomForTheSignal() {
        assertThat(ItemKey.of("p".repeat(100), "x".repeat(100))).hasSizeLessThanOrEqualTo(240);
        assertThat(ItemKey.of("p".repeat(100), "x".repeat(101))).hasSizeLessThanOrEqualTo(240);
    }
}
