package io.github.doorbuster.pvpool.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginsTest {

    @ParameterizedTest
    @CsvSource({
        "https://shop.example, true",
        "HTTPS://Shop.Example, true",
        "https://m.shop.example:8443, true",
        "http://shop.example, false",
        "https://shop.example.evil.example, false",
        "https://m.shop.example, false",
        "null, false",
        "'', false"
    })
    void comparesTheWholeOrigin(String origin, boolean allowed) {
        AllowedOrigins origins = AllowedOrigins.parse("https://shop.example, https://M.shop.example:8443");

        assertThat(origins.allow(origin)).isEqualTo(allowed);
    }

    @Test
    void allowsRequestsThatComeFromNoPage() {
        assertThat(AllowedOrigins.parse("https://shop.example").allow(null)).isTrue();
    }

    @Test
    void allowsAllByDefault() {
        assertThat(AllowedOrigins.parse("").allow("https://evil.example")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop.example", "https://shop.example/", "https://shop.example,", "*", "ftp://shop.example"})
    void reportsWhatIsNoOrigin(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedOrigins.parse(list))
                .withMessageStartingWith("allowedOrigins=")
                .withMessageContaining("such as https://shop.example");
    }
}
