package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopPathTest {

    @ParameterizedTest
    @CsvSource({
        "/items/pvc /items/pvc/top, /items/pvc/top,  true",
        "/items/pvc /items/pvc/top, /items/pvc,      false",
        "/items/pvc/*,              /items/pvc/top,  true",
        "/items/pvc/*,              /items/pvc,      false",
        "/x/top,                    /x/top,          false",
        "/x/top /x/top/top,         /x/top,          false",
        "/x/top /x/top/top,         /x/top/top,      true",
        "/x/top/*,                  /x/top,          false",
        "/x/top/*,                  /x/top/top,      true",
        "/top,                      /top,            false",
        "/*,                        /top,            true",
        "/,                         /top,            true",
        "/stop,                     /stop,           false",
    })
    void topIsBelowAPathOfThePool(String mappings, String path, boolean top) {
        assertThat(new TopPath(List.of(mappings.split(" "))).matches(path)).isEqualTo(top);
    }
}
